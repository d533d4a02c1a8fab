package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import io.scorefield.data.Condition;
import io.scorefield.data.DataSet;
import io.scorefield.data.MadeColumn;
import io.scorefield.io.ClassColumn;
import io.scorefield.io.Columns;
import io.scorefield.io.FormatException;
import io.scorefield.io.Points;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// The columns of a file that a network makes: numbers, whole numbers and classes.
///
/// Whole numbers are learned as they are, without the noise that densities of images are given (Theis, van den Oord and Bethge
/// 2016, arXiv 1511.01844): it blurs what depends on them. docs/conditioning.md has what was measured.
///
/// @param columns in the order of the state
/// @param components names of the components; empty: those of the file
/// @param classes which of them are classes
/// @param integers which of them are whole numbers
record FileColumns(
    DataFile file, List<String> columns, String components, List<String> classes, List<String> integers) {
  FileColumns {
    for (String name : union(classes, integers)) {
      if (!columns.contains(name)) {
        throw new ConfigException(
            (classes.contains(name) ? "data.classes" : "data.integers") + ": there is no column '" + name
                + "' among those that are made, " + String.join(", ", columns));
      }
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      throw new ConfigException("data.columns: a column is chosen twice in " + columns);
    }
    if (!components.isBlank() && !(classes.isEmpty() && integers.isEmpty())) {
      throw new ConfigException(
          "data.components: columns that are classes or whole numbers have the names of the file; leave it out");
    }
  }

  private static List<String> union(List<String> some, List<String> others) {
    List<String> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  /// What was read.
  ///
  /// @param dimension of the values
  /// @param values [N, dimension]
  /// @param declarations of the components
  /// @param made those columns that are no plain numbers
  record Table(
      int dimension, double[] values, List<String> declarations, List<MadeColumn> made, List<String> notes) {
    int size() {
      return values.length / dimension;
    }
  }

  /// A column, or numbers side by side, of every point [N, width].
  private record Block(int width, double[] values) {}

  DataSet load() throws IOException {
    Table table = read();
    try {
      return DataSet.of(
              file.name(), table.dimension(), table.values(), table.declarations(), table.notes())
          .making(table.made());
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  Table read() throws IOException {
    List<Block> blocks = new ArrayList<>();
    List<String> declarations = new ArrayList<>();
    List<MadeColumn> made = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (int from = 0; from < columns.size(); ) {
      String column = columns.get(from);
      int end = from + 1;
      if (classes.contains(column)) {
        blocks.add(classes(column, made, notes));
        declarations.add(made.getLast().declaration());
      } else if (integers.contains(column)) {
        blocks.add(integers(column, made, notes));
        declarations.add(made.getLast().declaration());
      } else {
        while (end < columns.size() && isNumber(columns.get(end))) {
          end++;
        }
        Points points = numbers(columns.subList(from, end));
        ComponentNames names =
            ComponentNames.of(file.name(), points.names(), components, points.dimension());
        declarations.addAll(names.components());
        notes.addAll(points.notes());
        notes.addAll(names.notes());
        blocks.add(new Block(points.dimension(), points.doubles()));
      }
      from = end;
    }
    return beside(blocks, declarations, made, notes);
  }

  private boolean isNumber(String column) {
    return !classes.contains(column) && !integers.contains(column);
  }

  private Table beside(List<Block> blocks, List<String> declarations, List<MadeColumn> made, List<String> notes)
      throws FormatException {
    int dimension = blocks.stream().mapToInt(Block::width).sum();
    int size = blocks.getFirst().values().length / blocks.getFirst().width();
    if ((long) size * dimension > DataSet.MAX_NUMBERS) {
      throw new FormatException(
          file + ": " + size + " rows of " + dimension + " components, one for every class, are too many numbers");
    }
    double[] values = new double[size * dimension];
    int at = 0;
    for (Block block : blocks) {
      for (int i = 0; i < size; i++) {
        System.arraycopy(block.values(), i * block.width(), values, i * dimension + at, block.width());
      }
      at += block.width();
    }
    return new Table(dimension, values, declarations, made, notes);
  }

  private Block classes(String column, List<MadeColumn> made, List<String> notes) throws IOException {
    ClassColumn read = file.classes(new Columns(List.of(column), "data.classes"));
    if (read.classes().size() == 1) {
      throw new FormatException(
          file + ": the column '" + column + "' is '" + read.classes().getFirst()
              + "' in all rows, and classes are two at least; leave it out with data.columns");
    }
    Condition condition = new Condition(FileConditions.name(column), read.classes());
    made.add(new MadeColumn.Classes(condition));
    notes.add("column " + condition.name() + ": one of " + FileConditions.shown(read.classes()));
    int width = condition.components();
    double[] values = new double[Math.multiplyExact(read.of().length, width)];
    for (int i = 0; i < read.of().length; i++) {
      values[i * width + read.of()[i]] = 1;
    }
    return new Block(width, values);
  }

  private Block integers(String column, List<MadeColumn> made, List<String> notes) throws IOException {
    long[] read = file.integers(new Columns(List.of(column), "data.integers")).values();
    long lowest = Arrays.stream(read).min().orElseThrow();
    long highest = Arrays.stream(read).max().orElseThrow();
    String name = FileConditions.name(column);
    made.add(new MadeColumn.Integers(name, lowest, highest));
    notes.add("column " + name + ": whole numbers from " + lowest + " to " + highest);
    return new Block(1, Arrays.stream(read).asDoubleStream().toArray());
  }

  private Points numbers(List<String> some) throws IOException {
    try {
      return file.read(new Columns(some, "data.columns"));
    } catch (FormatException e) {
      int end = e.getMessage().indexOf(" is not a number");
      throw end < 0 || classes.isEmpty() && integers.isEmpty()
          ? e
          : new FormatException(
              e.getMessage() + "; a column of text is one of classes: add it to data.classes", e);
    }
  }
}
