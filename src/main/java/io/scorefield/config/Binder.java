package io.scorefield.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Binds YAML nodes to records whose components carry {@link Setting}. Every mistake is reported with
/// the position of the node that holds it.
final class Binder {
  private static final Pattern WORD = Pattern.compile("[^\\s,\\[]+(?:\\[[^\\]]*\\])?");
  private static final Pattern NUMBER = Pattern.compile("[-+.0-9eE]+");

  /// Names of files in marks; text that a variant of a file holds is marked with the variant behind it.
  private static final Pattern FILE = Pattern.compile("(.*\\.ya?ml)(?: \\(variant .*\\))?");

  /// What dotted keys in a map of changes start from.
  private final Class<? extends Record> root;

  /// Whether keys that mean nothing are let pass.
  private final boolean lenient;

  private Binder(Class<? extends Record> root, boolean lenient) {
    this.root = root;
    this.lenient = lenient;
  }

  /// Binds the node of a whole file to a record.
  ///
  /// @param lenient whether keys that mean nothing ({@link Conditional}) are let pass
  static <T extends Record> T bind(Node node, Class<T> type, boolean lenient) {
    return type.cast(new Binder(type, lenient).bind(node, type, "", null));
  }

  /// Binds a node to a record, sealed interface, enum, list, map or scalar type.
  ///
  /// @param path the dotted key for messages
  private Object bind(Node node, Type type, String path, Setting setting) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? bindMap(node, path)
          : bindList(node, arguments[0], path, setting);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord()) {
      return bindRecord(mapping(node, path), raw, path, false);
    }
    if (Schema.isChoice(raw)) {
      return bindChoice(mapping(node, path), raw, path);
    }
    if (!(node instanceof ScalarNode scalar)) {
      throw error(node, "'" + path + "' must be " + expected(raw) + ", not a list or mapping");
    }
    return bindScalar(scalar, raw, path, setting);
  }

  private Object bindRecord(MappingNode node, Class<?> type, String path, boolean hasKind) {
    Map<String, NodeTuple> given = entries(node, path);
    List<String> known = new ArrayList<>();
    if (hasKind) {
      known.add("kind");
    }
    RecordComponent[] components = type.getRecordComponents();
    for (RecordComponent component : components) {
      known.add(Schema.key(component));
    }
    for (Map.Entry<String, NodeTuple> entry : given.entrySet()) {
      if (!known.contains(entry.getKey())) {
        String where = path.isEmpty() ? "" : " in '" + path + "'";
        throw error(
            entry.getValue().getKeyNode(),
            "unknown key '" + entry.getKey() + "'" + where
                + Suggestion.of(entry.getKey(), known));
      }
    }
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      Setting setting = Schema.setting(component);
      String key = Schema.key(component);
      String inner = path.isEmpty() ? key : path + "." + key;
      types[i] = component.getType();
      Node value;
      if (given.containsKey(key)) {
        value = given.get(key).getValueNode();
      } else if (!setting.value().isEmpty()) {
        value = YamlText.parse("default of " + inner, setting.value());
      } else {
        throw error(node, "'" + inner + "' is missing: " + setting.doc());
      }
      values[i] = bind(value, component.getGenericType(), inner, setting);
    }
    return construct(node, type, types, values, path, given);
  }

  private Object construct(
      Node node, Class<?> type, Class<?>[] types, Object[] values, String path, Map<String, NodeTuple> given) {
    try {
      Object bound = type.getDeclaredConstructor(types).newInstance(values);
      if (bound instanceof Conditional conditional && !lenient) {
        refuseMeaningless(conditional.meaningless(), given, path);
      }
      if (bound instanceof Checked checked) {
        checked.check();
      }
      return bound;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException cause) {
        throw refused(node, path, cause);
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalArgumentException e) {
      throw refused(node, path, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refuseMeaningless(Map<String, String> reasons, Map<String, NodeTuple> given, String path) {
    List<String> found = given.keySet().stream().filter(reasons::containsKey).toList();
    if (found.isEmpty()) {
      return;
    }
    String reason = reasons.get(found.getFirst());
    List<String> alike = found.stream().filter(key -> reasons.get(key).equals(reason)).toList();
    String keys = String.join(", ", alike.stream().map(key -> "'" + (path.isEmpty() ? "" : path + ".") + key + "'").toList());
    throw error(
        given.get(found.getFirst()).getKeyNode(),
        keys + (alike.size() == 1 ? " means nothing here: " : " mean nothing here: ") + reason
            + (alike.size() == 1 ? "; leave it out" : "; leave them out"));
  }

  private static ConfigException refused(Node node, String path, IllegalArgumentException e) {
    String where = path.isEmpty() ? "" : "'" + path + "': ";
    return new ConfigException(position(node) + ": " + where + e.getMessage(), e);
  }

  private Object bindChoice(MappingNode node, Class<?> type, String path) {
    Map<String, NodeTuple> given = entries(node, path);
    NodeTuple kind = given.get("kind");
    List<String> kinds = Schema.kinds(type);
    if (Schema.byKey(type)) {
      return bindByKey(node, type, path, given, kinds);
    }
    if (kind == null && Schema.usual(type).isPresent()) {
      return bindRecord(node, Schema.usual(type).get(), path, true);
    }
    if (kind == null) {
      throw error(
          node, "'" + path + ".kind' is missing; known are " + String.join(", ", kinds));
    }
    if (kind.getValueNode() instanceof ScalarNode scalar) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        if (Schema.kind(permitted).equals(scalar.getValue())) {
          return bindRecord(node, permitted, path, true);
        }
      }
      throw error(
          scalar,
          "unknown kind '" + scalar.getValue() + "' in '" + path + "'"
              + Suggestion.of(scalar.getValue(), kinds));
    }
    throw error(kind.getValueNode(), "'" + path + ".kind' must be a word");
  }

  /// An alternative that is told by a key of its own name.
  private Object bindByKey(
      MappingNode node, Class<?> type, String path, Map<String, NodeTuple> given, List<String> kinds) {
    Class<?> chosen = null;
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (given.containsKey(Schema.kind(permitted))) {
        if (chosen != null) {
          throw error(
              given.get(Schema.kind(permitted)).getKeyNode(),
              "'" + path + "' has '" + Schema.kind(chosen) + "' and '" + Schema.kind(permitted)
                  + "'; write them as two items of the list");
        }
        chosen = permitted;
      }
    }
    if (chosen == null) {
      String hint = given.isEmpty() ? "" : Suggestion.of(given.keySet().iterator().next(), kinds);
      throw error(
          node, "'" + path + "' needs one of " + String.join(", ", kinds) + hint);
    }
    return bindRecord(node, chosen, path, false);
  }

  private List<Object> bindList(Node node, Type element, String path, Setting setting) {
    if (element == String.class && node instanceof ScalarNode scalar) {
      // A list of words may be written as text: x y, or u[0,1], x.
      return WORD.matcher(scalar.getValue()).results().<Object>map(MatchResult::group).toList();
    }
    if (!(node instanceof SequenceNode sequence)) {
      boolean byKey =
          element instanceof Class<?> type && Schema.isChoice(type) && Schema.byKey(type);
      throw error(
          node,
          "'" + path + "' must be a list"
              + (byKey ? ", each item with one of " + String.join(", ", Schema.kinds((Class<?>) element)) : ""));
    }
    List<Object> values = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      // Numbers of a list are boxed; they are read as any.
      Type inner = element == Double.class ? double.class : element;
      values.add(bind(item, inner, path + "[" + values.size() + "]", setting));
    }
    return List.copyOf(values);
  }

  private Map<String, String> bindMap(Node node, String path) {
    Map<String, String> values = new LinkedHashMap<>();
    entries(mapping(node, path), path)
        .forEach(
            (key, tuple) -> {
              if (!(tuple.getValueNode() instanceof ScalarNode scalar)) {
                throw error(tuple.getValueNode(), "'" + path + "." + key + "' must be one value");
              }
              boolean file = Schema.isPath(root, key);
              values.put(key, file ? absolute(scalar, scalar.getValue()) : scalar.getValue());
            });
    return values;
  }

  private static Map<String, NodeTuple> entries(MappingNode node, String path) {
    Map<String, NodeTuple> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw error(tuple.getKeyNode(), "a key must be a word");
      }
      if (entries.put(key.getValue(), tuple) != null) {
        String where = path.isEmpty() ? "" : " in '" + path + "'";
        throw error(key, "the key '" + key.getValue() + "' appears twice" + where);
      }
    }
    return entries;
  }

  private static MappingNode mapping(Node node, String path) {
    if (node instanceof MappingNode mapping) {
      return mapping;
    }
    String what = path.isEmpty() ? "the file" : "'" + path + "'";
    throw error(node, what + " must be a mapping of keys to values");
  }

  private static Object bindScalar(ScalarNode node, Class<?> type, String path, Setting setting) {
    String text = node.getValue();
    if (type == String.class) {
      boolean file = setting != null && setting.path() && !NUMBER.matcher(text).matches();
      return file ? absolute(node, text) : text;
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (Schema.key((Enum<?>) constant).equals(text)) {
          return constant;
        }
      }
      throw error(
          node,
          "'" + path + "' cannot be '" + text + "'" + Suggestion.of(text, Schema.enumKeys(type)));
    }
    boolean plain = node.getScalarStyle() == ScalarStyle.PLAIN;
    if (type == boolean.class && plain && (text.equals("true") || text.equals("false"))) {
      return text.equals("true");
    }
    if (plain && (type == int.class || type == long.class || type == double.class)) {
      Number number = number(text, type);
      if (number != null) {
        requireRange(node, path, setting, number.doubleValue(), text);
        return number;
      }
    }
    boolean quoted =
        !plain && type != String.class && (type == boolean.class ? text.matches("true|false") : number(text, type) != null);
    throw error(
        node,
        "'" + path + "' must be " + expected(type) + ", not "
            + "'" + text + "'" + (quoted ? " as a text; drop the quotes" : ""));
  }

  /// The absolute path of a file; a relative one is relative to the folder of the file that the node stands in, or, where
  /// that is none, to the current one.
  private static String absolute(Node node, String text) {
    if (text.isBlank()) {
      return text;
    }
    Matcher matcher = FILE.matcher(node.getStartMark().map(Mark::getName).orElse(""));
    try {
      Path path = Path.of(text);
      Path base = matcher.matches() ? Path.of(matcher.group(1)).resolveSibling(path) : path;
      return base.toAbsolutePath().normalize().toString();
    } catch (InvalidPathException e) {
      throw error(node, "'" + text + "' is not a path");
    }
  }

  /// The number that the text stands for, or null.
  private static Number number(String text, Class<?> type) {
    if (type == double.class) {
      try {
        double value = text.matches("[-+0-9.eE]+") ? Double.parseDouble(text) : Double.NaN;
        return Double.isFinite(value) ? value : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
    OptionalLong value = WholeNumber.of(text);
    if (value.isEmpty()) {
      return null;
    }
    long whole = value.getAsLong();
    if (type == long.class) {
      return whole;
    }
    return whole == (int) whole ? (Number) (int) whole : null;
  }

  private static void requireRange(
      Node node, String path, Setting setting, double value, String text) {
    if (setting == null) {
      return;
    }
    boolean low = setting.aboveMin() ? !(value > setting.min()) : value < setting.min();
    if (low || value > setting.max()) {
      throw error(node, "'" + path + "' is " + text + "; it must be " + range(setting));
    }
  }

  /// The range of a number in words.
  static String range(Setting setting) {
    String low = setting.aboveMin() ? "greater than " : "at least ";
    boolean hasLow = setting.min() != Double.NEGATIVE_INFINITY;
    boolean hasHigh = setting.max() != Double.POSITIVE_INFINITY;
    if (hasLow && hasHigh) {
      return low + number(setting.min()) + " and at most " + number(setting.max());
    }
    return hasLow ? low + number(setting.min()) : hasHigh ? "at most " + number(setting.max()) : "";
  }

  private static String number(double value) {
    if (value != Math.rint(value)) {
      return Double.toString(value);
    }
    double power = Math.log10(Math.abs(value));
    return power >= 6 && power == Math.rint(power) ? "1e" + (int) power : Long.toString((long) value);
  }

  private static String expected(Class<?> type) {
    if (type == int.class) {
      return "a whole number up to " + Integer.MAX_VALUE;
    }
    if (type == long.class) {
      return "a whole number";
    }
    if (type == double.class) {
      return "a finite number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    return type.isEnum() ? "one of " + String.join(", ", Schema.enumKeys(type)) : "text";
  }

  static ConfigException error(Node node, String message) {
    return new ConfigException(position(node) + ": " + message);
  }

  private static String position(Node node) {
    if (node.getStartMark().isEmpty()) {
      return "configuration";
    }
    Mark mark = node.getStartMark().get();
    if (!mark.getName().endsWith("yaml") && !mark.getName().endsWith("yml")) {
      return mark.getName(); // a single value from the command line, say: there is nothing to find
    }
    return mark.getName() + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }
}
