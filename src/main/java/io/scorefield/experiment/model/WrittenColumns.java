package io.scorefield.experiment.model;

import io.scorefield.data.Condition;
import io.scorefield.data.MadeColumn;
import io.scorefield.io.TableColumn;
import io.scorefield.physics.Variables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The columns of a model's samples in .csv files, and what a checkpoint says of them.
final class WrittenColumns {
  private static final String CLASSES = "classes";
  private static final String INTEGERS = "integers";

  private WrittenColumns() {}

  /// Every component is a column of numbers, but for those of classes and whole numbers.
  ///
  /// @param made the columns that are no plain numbers
  /// @throws IllegalArgumentException when one of these is not among the variables
  static List<TableColumn> of(Variables variables, List<MadeColumn> made) {
    List<String> elements = variables.elements();
    List<TableColumn> columns = new ArrayList<>();
    for (MadeColumn column : made) {
      if (variables.fields().stream().noneMatch(field -> field.toString().equals(column.declaration()))) {
        throw new IllegalArgumentException("there are no components " + column.declaration() + " among " + variables);
      }
    }
    for (Variables.Field field : variables.fields()) {
      Optional<MadeColumn> other = made.stream().filter(column -> column.name().equals(field.name())).findFirst();
      if (other.isPresent()) {
        columns.add(written(other.get()));
      } else {
        elements.subList(field.offset(), field.offset() + field.size())
            .forEach(name -> columns.add(new TableColumn.Number(name)));
      }
    }
    return columns;
  }

  private static TableColumn written(MadeColumn column) {
    return switch (column) {
      case MadeColumn.Classes(Condition of) -> new TableColumn.Classes(of.name(), of.classes());
      case MadeColumn.Integers(String name, long lowest, long highest) -> new TableColumn.Whole(name, lowest, highest);
    };
  }

  /// Entries of the model's metadata; {@link #read} is the inverse.
  static Map<String, Object> metadata(List<MadeColumn> made) {
    Map<String, List<String>> classes = new LinkedHashMap<>();
    Map<String, List<Long>> integers = new LinkedHashMap<>();
    for (MadeColumn column : made) {
      switch (column) {
        case MadeColumn.Classes(Condition of) -> classes.put(of.name(), of.classes());
        case MadeColumn.Integers(String name, long lowest, long highest) -> integers.put(name, List.of(lowest, highest));
      }
    }
    Map<String, Object> entries = new LinkedHashMap<>();
    if (!classes.isEmpty()) {
      entries.put(CLASSES, classes);
    }
    if (!integers.isEmpty()) {
      entries.put(INTEGERS, integers);
    }
    return entries;
  }

  /// The columns of a checkpoint that are no plain numbers; older ones have none.
  ///
  /// @throws IllegalArgumentException when the metadata are damaged
  static List<MadeColumn> read(JsonNode model) {
    List<MadeColumn> made = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : model.path(CLASSES).properties()) {
      List<String> classes = new ArrayList<>();
      for (JsonNode name : entry.getValue()) {
        if (!name.isString()) {
          throw new IllegalArgumentException("a class of '" + entry.getKey() + "' is " + name + ", which is no text");
        }
        classes.add(name.stringValue());
      }
      made.add(new MadeColumn.Classes(new Condition(entry.getKey(), classes)));
    }
    for (Map.Entry<String, JsonNode> entry : model.path(INTEGERS).properties()) {
      JsonNode range = entry.getValue();
      if (range.size() != 2 || !range.path(0).canConvertToLong() || !range.path(1).canConvertToLong()) {
        throw new IllegalArgumentException("the whole numbers of '" + entry.getKey() + "' reach from " + range);
      }
      made.add(new MadeColumn.Integers(entry.getKey(), range.path(0).longValue(), range.path(1).longValue()));
    }
    return made;
  }
}
