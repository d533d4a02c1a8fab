package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import io.scorefield.data.Condition;
import io.scorefield.data.Conditions;
import io.scorefield.data.DataSet;
import io.scorefield.io.ClassColumn;
import io.scorefield.io.Columns;
import io.scorefield.io.FormatException;
import io.scorefield.io.Points;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Points of a file with some of its columns as conditions.
///
/// @param columns those that the network makes; empty: all others
/// @param components names of these; empty: those of the file
/// @param conditions columns that it is told
/// @param classes which columns, of both, are classes
/// @param integers which of those that it makes are whole numbers
record FileConditions(
    DataFile file,
    List<String> columns,
    String components,
    List<String> conditions,
    List<String> classes,
    List<String> integers) {
  private static final String KEY = "data.conditions";

  private static final int SHOWN = 20;

  /// The name of the condition that a column is: that of formulas, or of a column without a name its number.
  static String name(String column) {
    return column.matches("[0-9]{1,9}") ? "column" + column : Columns.identifier(column, 0);
  }

  DataSet load() throws IOException {
    String name = file.name();
    List<Condition> told = new ArrayList<>();
    List<Value> parts = new ArrayList<>();
    for (String column : conditions) {
      if (classes.contains(column)) {
        ClassColumn read = file.classes(new Columns(List.of(column), KEY));
        Condition condition = condition(name(column), read.classes());
        told.add(condition);
        parts.add(i -> condition.ofClass(read.of()[i]));
      } else {
        Points numbers = numbers(column);
        told.add(condition(name(column), List.of()));
        parts.add(i -> new double[] {numbers.numbers().at(i)});
      }
    }
    Conditions all = new Conditions(told);
    if (all.hasMark()) {
      parts.add(i -> new double[] {1});
    }
    FileColumns.Table made =
        new FileColumns(
                file, others(), components, classes.stream().filter(column -> !conditions.contains(column)).toList(), integers)
            .read();
    int dimension = made.dimension() + all.components();
    double[] both = new double[Math.multiplyExact(made.size(), dimension)];
    for (int i = 0; i < made.size(); i++) {
      int at = i * dimension;
      for (int d = 0; d < made.dimension(); d++) {
        both[at++] = made.values()[i * made.dimension() + d];
      }
      for (Value part : parts) {
        for (double value : part.of(i)) {
          both[at++] = value;
        }
      }
    }
    List<String> declared = new ArrayList<>(made.declarations());
    declared.addAll(all.declarations());
    List<String> notes = new ArrayList<>(made.notes());
    told.forEach(condition -> notes.add(line(condition)));
    try {
      return DataSet.of(name, dimension, both, declared, notes).telling(all).making(made.made());
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static String line(Condition condition) {
    return "condition " + condition.name() + ": "
        + (condition.isNumber() ? "a number" : "one of " + shown(condition.classes()));
  }

  /// Names in a line, not all where they are many.
  static String shown(List<String> classes) {
    int some = Math.min(SHOWN, classes.size());
    return String.join(", ", classes.subList(0, some)).replaceAll("\\s+", " ")
        + (some < classes.size() ? ", ... (" + classes.size() + ")" : "");
  }

  private static Condition condition(String name, List<String> classes) {
    try {
      return new Condition(name, classes);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(KEY + ": " + e.getMessage(), e);
    }
  }

  /// The value of a condition of a point.
  @FunctionalInterface
  private interface Value {
    double[] of(int point);
  }

  private Points numbers(String column) throws IOException {
    try {
      return file.read(new Columns(List.of(column), KEY));
    } catch (FormatException e) {
      String message = e.getMessage();
      int end = message.indexOf(" is not a number");
      throw end < 0
          ? e
          : new FormatException(
              message.substring(0, end) + " is not a number; a condition that is text is one of classes: add '" + column
                  + "' to data.classes",
              e);
    }
  }

  /// The columns that the network makes.
  private List<String> others() throws IOException {
    if (!columns.isEmpty()) {
      Optional<String> both = conditions.stream().filter(columns::contains).findFirst();
      if (both.isPresent()) {
        throw new ConfigException(
            KEY + ": the column '" + both.get() + "' is in data.columns too; it is made or told, not both");
      }
      return columns;
    }
    List<String> names = named(file);
    List<String> others = names.stream().filter(column -> !conditions.contains(column)).toList();
    if (others.isEmpty()) {
      throw new ConfigException(KEY + ": all columns of " + file.name() + " are conditions; none is left to make");
    }
    return others;
  }

  /// The columns of a file by their names.
  ///
  /// @throws ConfigException when they have none
  static List<String> named(DataFile file) throws IOException {
    List<String> names = file.columnNames();
    if (names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
      throw new ConfigException(
          "data.path: " + (names.isEmpty() ? "the columns of " : "some columns of ") + file.name()
              + " have no names; say with data.columns which of them the network is to make");
    }
    return names;
  }
}
