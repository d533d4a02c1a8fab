package io.scorefield.io;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A column of a .csv file of samples: how components become a cell, and a cell becomes components.
public sealed interface TableColumn {
  /// In the first line.
  String name();

  /// How many components of a sample it is.
  int components();

  /// The text of a cell, without the quotes that it may need in a file.
  ///
  /// @param values [components], in data units less the origin
  /// @param origin [components]
  String text(float[] values, double[] origin);

  /// The components that a cell stands for, in data units; empty where it is missing.
  ///
  /// @throws IllegalArgumentException where it stands for none
  Optional<double[]> components(String cell);

  /// A number.
  record Number(String name) implements TableColumn {
    @Override
    public int components() {
      return 1;
    }

    /// A float as the shortest text that gives it again, a double in full.
    @Override
    public String text(float[] values, double[] origin) {
      return origin[0] == 0 ? String.valueOf(values[0]) : String.valueOf(origin[0] + values[0]);
    }

    @Override
    public Optional<double[]> components(String cell) {
      if (IncompleteTable.isMissing(cell)) {
        return Optional.empty();
      }
      if (!Decimal.isPlain(cell) || !(Math.abs(Double.parseDouble(cell)) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException("is not a number that float32 can hold; a missing cell is empty");
      }
      return Optional.of(new double[] {Double.parseDouble(cell)});
    }
  }

  /// A whole number: the nearest one from the lowest to the highest.
  record Whole(String name, long lowest, long highest) implements TableColumn {
    @Override
    public int components() {
      return 1;
    }

    @Override
    public String text(float[] values, double[] origin) {
      return String.valueOf(value(values, origin));
    }

    /// The whole number that a cell has.
    long value(float[] values, double[] origin) {
      return Math.clamp(Math.round(origin[0] + values[0]), lowest, highest);
    }

    @Override
    public Optional<double[]> components(String cell) {
      if (IncompleteTable.isMissing(cell)) {
        return Optional.empty();
      }
      if (!IntegerColumn.isWhole(cell)) {
        throw new IllegalArgumentException("is not a whole number, and this column was one in training; a missing cell is empty");
      }
      return Optional.of(new double[] {Double.parseDouble(cell)});
    }
  }

  /// One of several classes: that of the largest component, of equal ones the first.
  ///
  /// @param classes their names in the order of the components
  record Classes(String name, List<String> classes) implements TableColumn {
    private static final int SHOWN = 20;

    public Classes {
      classes = List.copyOf(classes);
    }

    @Override
    public int components() {
      return classes.size();
    }

    @Override
    public String text(float[] values, double[] origin) {
      int largest = 0;
      for (int k = 1; k < classes.size(); k++) {
        largest = origin[k] + values[k] > origin[largest] + values[largest] ? k : largest;
      }
      return classes.get(largest);
    }

    /// A cell such as NA is a class where there is one of that name, else it is missing.
    @Override
    public Optional<double[]> components(String cell) {
      int place = classes.indexOf(cell.strip());
      if (place < 0 && IncompleteTable.isMissing(cell)) {
        return Optional.empty();
      }
      if (place < 0) {
        throw new IllegalArgumentException(
            "is none of its classes, " + String.join(", ", classes.subList(0, Math.min(SHOWN, classes.size())))
                + (classes.size() > SHOWN ? ", ..." : "") + "; a missing cell is empty");
      }
      double[] components = new double[classes.size()];
      Arrays.fill(components, place, place + 1, 1);
      return Optional.of(components);
    }
  }
}
