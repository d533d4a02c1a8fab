package io.scorefield.io;

import io.scorefield.io.hdf5.Hdf5File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A table that is one array of numbers.
///
/// @param numbers reads some of its columns
/// @param whole reads some of its columns where all are whole numbers
/// @param names of the columns; empty where they have none
record ArrayTable(Path file, Reading reading, Content numbers, Optional<WholeContent> whole, List<String> names) implements TableFile {
  /// Columns of an array.
  @FunctionalInterface
  interface Content {
    Points read(Columns columns) throws IOException;
  }

  /// Columns of an array of whole numbers.
  @FunctionalInterface
  interface WholeContent {
    /// By column.
    long[][] read(Columns columns) throws IOException;
  }

  /// The table of an HDF5 file: columns, or an array, of whose axes those behind the first are one.
  ///
  /// @throws FormatException when there is none
  static TableFile ofHdf5(Path file, Reading reading) throws IOException {
    return switch (Hdf5File.read(file, reading.dataset(), reading.key("dataset"), Points.MAX_NUMBERS)) {
      case Hdf5File.Table(ColumnFile columns) -> new ColumnTable(file, reading, columns);
      case Hdf5File.Matrix matrix ->
          new ArrayTable(
              file, reading, columns -> chosen(file, matrix, columns),
              matrix.numbers().isWhole() ? Optional.of(columns -> whole(file, matrix, columns)) : Optional.empty(), List.of());
    };
  }

  private static long[][] whole(Path file, Hdf5File.Matrix matrix, Columns columns) throws FormatException {
    int[] places = places(file, matrix, columns);
    int rows = matrix.axes()[0];
    int width = width(matrix);
    long[][] values = new long[places.length][rows];
    for (int c = 0; c < places.length; c++) {
      for (int row = 0; row < rows; row++) {
        values[c][row] = matrix.numbers().wholeAt(row * width + places[c]);
      }
    }
    return values;
  }

  private static int width(Hdf5File.Matrix matrix) {
    return Arrays.stream(matrix.axes()).skip(1).reduce(1, (all, axis) -> all * axis);
  }

  private static int[] places(Path file, Hdf5File.Matrix matrix, Columns columns) throws FormatException {
    if (columns.needNames()) {
      throw new FormatException(
          file + ": the columns of the dataset have no names; give their numbers in " + columns.key() + ", counted from 0");
    }
    if (matrix.axes()[0] == 0 || width(matrix) == 0) {
      throw new FormatException(file + ": the dataset is empty");
    }
    try {
      return columns.places(List.of(), width(matrix));
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static Points chosen(Path file, Hdf5File.Matrix matrix, Columns columns) throws FormatException {
    int[] places = places(file, matrix, columns);
    int rows = matrix.axes()[0];
    int width = width(matrix);
    int dimension = places.length;
    float[] floats = new float[matrix.single() ? rows * dimension : 0];
    double[] doubles = new double[matrix.single() ? 0 : rows * dimension];
    for (int i = 0; i < rows * dimension; i++) {
      double value = matrix.numbers().at(i / dimension * width + places[i % dimension]);
      if (matrix.single()) {
        floats[i] = (float) value;
      } else {
        doubles[i] = value;
      }
    }
    return new Points(
        dimension,
        matrix.single() ? new Numbers.Floats(floats) : new Numbers.Doubles(doubles),
        List.of(),
        List.of());
  }

  @Override
  public Found points(Columns columns) throws IOException {
    return new Found(numbers.read(columns), null);
  }

  @Override
  public TypedTable typed(Columns columns, boolean numbering) throws IOException {
    List<TypedColumn> typed = new ArrayList<>();
    if (whole.isPresent()) {
      long[][] values = whole.get().read(columns);
      List<String> chosen =
          names.isEmpty() ? List.of() : Arrays.stream(columns.places(names, names.size())).mapToObj(names::get).toList();
      for (int c = 0; c < values.length; c++) {
        BitSet missing = new BitSet();
        for (int row = 0; row < values[c].length; row++) {
          if (reading.isMissing((double) values[c][row])) {
            missing.set(row);
            values[c][row] = 0;
          }
        }
        typed.add(new TypedColumn.Wholes(chosen.isEmpty() ? "" : chosen.get(c), values[c], missing));
      }
      return new TypedTable(typed, List.of()).counted(file);
    }
    Points points = numbers.read(columns);
    for (int c = 0; c < points.dimension(); c++) {
      typed.add(column(points, c, points.names().isEmpty() ? "" : points.names().get(c)));
    }
    return new TypedTable(typed, points.notes()).counted(file);
  }

  private TypedColumn column(Points points, int c, String name) {
    int width = points.dimension();
    Numbers all = points.numbers();
    if (all instanceof Numbers.Floats(float[] values)) {
      float[] floats = new float[points.size()];
      for (int row = 0; row < floats.length; row++) {
        float value = values[row * width + c];
        floats[row] = reading.isMissing(value) ? Float.NaN : value;
      }
      return new TypedColumn.Singles(name, floats);
    }
    double[] doubles = new double[points.size()];
    for (int row = 0; row < doubles.length; row++) {
      double value = all.at(row * width + c);
      doubles[row] = reading.isMissing(value) ? Double.NaN : value;
    }
    return new TypedColumn.Doubles(name, doubles);
  }

  @Override
  public CellColumn cells(Columns column) throws IOException {
    Points points = numbers.read(column);
    List<String> cells = new ArrayList<>();
    List<String> places = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      String where = file + ": row " + (i + 1);
      double value = points.numbers().at(i);
      if (Double.isNaN(value)) {
        throw CellColumn.missing(where, column.wanted().getFirst());
      }
      cells.add(text(points, i));
      places.add(where);
    }
    return new CellColumn(cells, places);
  }

  @Override
  public IncompleteTable table() throws IOException {
    if (names.isEmpty()) {
      throw new FormatException(file + ": the columns of this array have no names; write it as a .csv file with a line of names");
    }
    Points points = numbers.read(Columns.ALL);
    int width = points.dimension();
    return new IncompleteTable(
        file,
        names,
        IntStream.range(0, points.size())
            .mapToObj(i -> IntStream.range(0, width).mapToObj(d -> text(points, i * width + d)).toList())
            .toList(),
        IntStream.range(0, points.size()).mapToObj(i -> file + ": row " + (i + 1)).toList());
  }

  private static String text(Points points, int at) {
    return CellColumn.text(points.numbers().at(at), points.numbers() instanceof Numbers.Floats);
  }
}
