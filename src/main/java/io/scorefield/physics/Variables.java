package io.scorefield.physics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names of a sample's components: scalars such as `x`, and fields on a grid such as `u[64]` or `k[16,16]`.
///
/// @param fields in the order of the components
public record Variables(List<Field> fields) {
  private static final Pattern DECLARATION =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?:\\[(\\d+)(?:,(\\d+))?\\])?");

  /// The largest D.
  private static final long MOST = 1 << 24;

  /// A named block of components.
  ///
  /// @param shape its extents, of no, one or two dimensions; the last index varies fastest
  /// @param offset its first component
  public record Field(String name, List<Integer> shape, int offset) {
    /// The number of components.
    public int size() {
      return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }

    @Override
    public String toString() {
      String extents = String.join(",", shape.stream().map(String::valueOf).toList());
      return shape.isEmpty() ? name : name + "[" + extents + "]";
    }
  }

  public Variables {
    fields = List.copyOf(fields);
  }

  /// Reads declarations such as `x`, `u[64]`, `k[16,16]`.
  ///
  /// @throws IllegalArgumentException when one cannot be read or two have the same name
  public static Variables of(List<String> declarations) {
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int offset = 0;
    for (String declaration : declarations) {
      Matcher matcher = DECLARATION.matcher(declaration.replace(" ", ""));
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "'" + declaration + "' does not name components; write x, u[64] or k[16,16]");
      }
      List<Integer> shape = new ArrayList<>();
      long size = 1;
      for (int group = 2; group <= 3; group++) {
        if (matcher.group(group) != null) {
          // Nine digits are above the limit already, and their product is far from that of a long.
          String extent = matcher.group(group).replaceFirst("^0+(?=.)", "");
          int value = extent.length() > 9 ? 999_999_999 : Integer.parseInt(extent);
          shape.add(value);
          size *= value;
        }
      }
      if (offset + size > MOST) {
        throw new IllegalArgumentException(
            "'" + declaration + "' makes more than " + MOST + " components");
      }
      if (!names.add(matcher.group(1)) || shape.contains(0)) {
        throw new IllegalArgumentException(
            "'" + declaration + "' " + (shape.contains(0) ? "is empty" : "is named twice"));
      }
      Field field = new Field(matcher.group(1), List.copyOf(shape), offset);
      fields.add(field);
      offset = Math.addExact(offset, field.size());
    }
    return new Variables(fields);
  }

  /// D.
  public int dimension() {
    return fields.isEmpty() ? 0 : fields.getLast().offset() + fields.getLast().size();
  }

  /// The name of every component: x, `u[0]`, `k[0,1]`, `[D]`.
  public List<String> elements() {
    List<String> elements = new ArrayList<>();
    for (Field field : fields) {
      for (int i = 0; i < field.size(); i++) {
        elements.add(
            switch (field.shape().size()) {
              case 0 -> field.name();
              case 1 -> field.name() + "[" + i + "]";
              default ->
                  field.name() + "[" + i / field.shape().get(1) + "," + i % field.shape().get(1) + "]";
            });
      }
    }
    return elements;
  }

  /// The fields of the first components alone.
  ///
  /// @param components that these fields are
  public Variables first(int components) {
    return new Variables(fields.stream().filter(field -> field.offset() < components).toList());
  }

  /// The field of a name.
  public Optional<Field> field(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /// The declarations, for messages.
  @Override
  public String toString() {
    return String.join(", ", fields.stream().map(Field::toString).toList());
  }
}
