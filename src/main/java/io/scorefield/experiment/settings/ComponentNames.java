package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.io.Columns;
import io.scorefield.io.FormatException;
import io.scorefield.physics.Variables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names of the components of data from a file: those of its columns, those that the configuration gives, or the
/// usual ones.
///
/// @param components as {@link DataSet} has them: scalars, and u[64] for columns u[0] .. u[63]
/// @param notes lines for the user
record ComponentNames(List<String> components, List<String> notes) {
  private static final Pattern ELEMENT =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)\\[([0-9]{1,7})(?:, ?([0-9]{1,7}))?\\]");

  /// @param file for messages
  /// @param columns names of the file's columns; empty where it has none
  /// @param declared what data.components says
  /// @throws ConfigException when what is declared contradicts the file
  /// @throws FormatException when two columns have one name
  static ComponentNames of(String file, List<String> columns, String declared, int dimension)
      throws FormatException {
    if (!declared.isBlank()) {
      List<String> components = List.of(declared.strip().split("(?<!,)\\s+"));
      return new ComponentNames(components, compared(file, columns, components));
    }
    return columns.isEmpty()
        ? new ComponentNames(DataSet.usualComponents(dimension), List.of())
        : ofColumns(file, columns);
  }

  /// What there is to say about names that are declared for columns that have some.
  private static List<String> compared(String file, List<String> columns, List<String> components) {
    List<String> elements;
    try {
      elements = Variables.of(components).elements();
    } catch (IllegalArgumentException e) {
      throw new ConfigException("data.components: " + e.getMessage(), e);
    }
    if (columns.isEmpty() || columns.size() != elements.size()) {
      return List.of(); // that the numbers do not fit is found out with the points
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).replace(", ", ",");
      names.add(ELEMENT.matcher(name).matches() ? name : Columns.identifier(name, i));
    }
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).equals(elements.get(i)) && names.contains(elements.get(i))) {
        throw new ConfigException(
            "data.components says " + shown(elements) + ", but the columns of " + file + " are " + shown(columns)
                + "; leave data.components out, or choose the columns' order with data.columns");
      }
    }
    return names.equals(elements)
        ? List.of()
        : List.of(
            file + ": data.components calls the columns " + shown(columns) + " " + String.join(" ", components));
  }

  private static ComponentNames ofColumns(String file, List<String> columns) throws FormatException {
    List<String> components = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (int i = 0; i < columns.size(); ) {
      Optional<Variables.Field> field = fieldAt(columns, i);
      String name =
          field.map(Variables.Field::name).orElse(Columns.identifier(columns.get(i), i));
      if (!known.add(name)) {
        throw new FormatException(
            file + ": two columns are named '" + name
                + "'; choose columns with data.columns, or name them with data.components");
      }
      if (field.isEmpty() && !name.equals(columns.get(i))) {
        changed.add(name + " for " + (columns.get(i).isEmpty() ? "column " + i : "'" + oneLine(columns.get(i)) + "'"));
      }
      components.add(field.map(Variables.Field::toString).orElse(name));
      i += field.map(Variables.Field::size).orElse(1);
    }
    return new ComponentNames(
        components,
        changed.isEmpty()
            ? List.of()
            : List.of(file + ": names that formulas can use: " + shown(changed)));
  }

  /// The whole field whose elements the columns from a place on are, in their order.
  private static Optional<Variables.Field> fieldAt(List<String> columns, int place) {
    Matcher first = ELEMENT.matcher(columns.get(place));
    if (!first.matches()) {
      return Optional.empty();
    }
    String name = first.group(1);
    boolean plane = first.group(3) != null;
    int end = place;
    int rows = 0;
    int width = 0;
    for (; end < columns.size(); end++) {
      Matcher next = ELEMENT.matcher(columns.get(end));
      if (!next.matches() || !next.group(1).equals(name)) {
        break;
      }
      int row = plane ? Integer.parseInt(next.group(2)) : 0;
      String inner = next.group(plane ? 3 : 2);
      if (inner == null || (!plane && next.group(3) != null)) {
        return Optional.empty();
      }
      if (row > 0 && width == 0) {
        return Optional.empty();
      }
      width = row == 0 ? Math.max(width, end - place + 1) : width;
      int expected = end - place;
      if (row != expected / width || Integer.parseInt(inner) != expected % width) {
        return Optional.empty();
      }
      rows = row + 1;
    }
    boolean elsewhere =
        columns.stream().filter(column -> column.startsWith(name + "[")).count() != end - place;
    return elsewhere || rows * width != end - place
        ? Optional.empty()
        : Optional.of(
            new Variables.Field(name, plane ? List.of(rows, width) : List.of(width), place));
  }

  private static String shown(List<String> names) {
    int most = Math.min(12, names.size());
    return oneLine(String.join(", ", names.subList(0, most)) + (most < names.size() ? ", ..." : ""));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
