package io.scorefield.config;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// Writes configurations: as a tree, as JSON, and as YAML with a comment for every key. Keys that mean nothing
/// ({@link Conditional}) are left out.
public final class ConfigWriter {
  private static final JsonMapper JSON = new JsonMapper();

  private ConfigWriter() {}

  /// All keys and values as a tree of maps, lists and scalars.
  public static Map<String, Object> tree(Record config) {
    return recordTree(config);
  }

  private static Map<String, Object> recordTree(Object value) {
    Map<String, Object> tree = new LinkedHashMap<>();
    Kind kind = value.getClass().getAnnotation(Kind.class);
    if (kind != null && !kind.byKey()) {
      tree.put("kind", kind.value());
    }
    for (RecordComponent component : components(value)) {
      tree.put(Schema.key(component), valueTree(get(value, component)));
    }
    return tree;
  }

  /// The components that mean something.
  private static List<RecordComponent> components(Object value) {
    Set<String> meaningless =
        value instanceof Conditional conditional ? conditional.meaningless().keySet() : Set.of();
    return Arrays.stream(value.getClass().getRecordComponents())
        .filter(component -> !meaningless.contains(Schema.key(component)))
        .toList();
  }

  private static Object valueTree(Object value) {
    return switch (value) {
      case Record part -> recordTree(part);
      case List<?> list -> list.stream().map(ConfigWriter::valueTree).toList();
      case Enum<?> constant -> Schema.key(constant);
      default -> value;
    };
  }

  private static Object get(Object owner, RecordComponent component) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// One line of JSON that {@link ConfigText#of} reads again: JSON is YAML.
  public static String json(Record config) {
    return JSON.writeValueAsString(tree(config));
  }

  /// YAML with every key, its value and its meaning.
  public static String yaml(Record config) {
    StringBuilder text = new StringBuilder();
    writeRecord(text, config, "", "");
    return text.toString();
  }

  private static void writeRecord(StringBuilder text, Object value, String indent, String first) {
    String lead = first;
    Kind kind = value.getClass().getAnnotation(Kind.class);
    if (kind != null && !kind.byKey()) {
      text.append(lead).append("kind: ").append(kind.value()).append("  # ").append(kind.doc());
      text.append(" Kinds: ").append(String.join(", ", kinds(value.getClass()))).append('.');
      text.append('\n');
      lead = indent;
    }
    for (RecordComponent component : components(value)) {
      Setting setting = Schema.setting(component);
      Object inner = get(value, component);
      String key = Schema.key(component);
      if (inner instanceof Record) {
        text.append(lead).append(key).append(":  # ").append(setting.doc()).append('\n');
        writeRecord(text, inner, indent + "  ", indent + "  ");
      } else if (inner instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof Record) {
        text.append(lead).append(key).append(":  # ").append(setting.doc()).append('\n');
        for (Object item : list) {
          writeRecord(text, item, indent + "    ", indent + "  - ");
        }
      } else if (inner instanceof Map<?, ?> map && !map.isEmpty()) {
        text.append(lead).append(key).append(":  # ").append(setting.doc()).append('\n');
        map.forEach(
            (name, item) ->
                text.append(indent).append("  ").append(name).append(": ")
                    .append(scalar(item)).append('\n'));
      } else {
        text.append(lead).append(key).append(": ").append(scalar(inner));
        text.append("  # ").append(setting.doc());
        text.append(range(setting, component.getType())).append('\n');
      }
      lead = indent;
    }
  }

  /// The kinds of the sealed interface that a record belongs to.
  private static List<String> kinds(Class<?> type) {
    for (Class<?> parent : type.getInterfaces()) {
      if (Schema.isChoice(parent)) {
        return Schema.kinds(parent);
      }
    }
    throw new IllegalStateException(type + " has a kind but no alternatives");
  }

  private static String range(Setting setting, Class<?> type) {
    String range =
        type.isEnum()
            ? "one of " + String.join(", ", Schema.enumKeys(type))
            : Binder.range(setting);
    return range.isEmpty() ? "" : " (" + range + ")";
  }

  private static String scalar(Object value) {
    return switch (value) {
      case Enum<?> constant -> Schema.key(constant);
      case String text -> text(text);
      case Map<?, ?> map -> "{}";
      case List<?> list -> list.stream().map(ConfigWriter::scalar).toList().toString();
      default -> value.toString();
    };
  }

  /// Quoted where it must be; control characters escaped, which YAML has none of between single quotes.
  private static String text(String text) {
    if (text.matches("[A-Za-z][A-Za-z0-9 .-]*")) {
      return text;
    }
    if (text.chars().noneMatch(ConfigWriter::isControl)) {
      return "'" + text.replace("'", "''") + "'";
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (isControl(c)) {
                quoted.append(String.format("\\u%04x", c));
              } else {
                quoted.append(c == '"' || c == '\\' ? "\\" : "").append((char) c);
              }
            });
    return quoted.append('"').toString();
  }

  private static boolean isControl(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
