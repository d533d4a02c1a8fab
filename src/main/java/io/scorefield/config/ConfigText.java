package io.scorefield.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// The text of a configuration with changes to single keys, not bound yet.
///
/// @param type what it is bound to, a record whose components carry {@link Setting}
/// @param name what it is called in messages that are about all of it
/// @param root with the changes
/// @param original without them
/// @param changes in their order
/// @param lenient whether keys that mean nothing are let pass
public record ConfigText<T extends Record>(
    Class<T> type, String name, Node root, Node original, List<Change> changes, boolean lenient) {
  /// One key changed.
  ///
  /// @param label what it is called in messages, such as `--set train.steps`
  public record Change(String key, String value, String label) {}

  private static final Pattern POSITION = Pattern.compile("^.{1,300}?\\.ya?ml:\\d+:\\d+: ", Pattern.DOTALL);

  /// Parses YAML (or JSON) text.
  ///
  /// @param label stands for the file in messages
  public static <T extends Record> ConfigText<T> of(Class<T> type, String name, String label, String text) {
    Node root = YamlText.parse(label, text);
    return new ConfigText<>(type, name, root, root, List.of(), false);
  }

  /// The same text, of which keys that mean nothing are let pass: the program itself wrote them once, with their defaults.
  public ConfigText<T> written() {
    return new ConfigText<>(type, name, root, original, changes, true);
  }

  /// What the text is called in messages about a place in it.
  public String label() {
    return root.getStartMark().map(Mark::getName).orElse(name);
  }

  /// With one key changed, from text of the form `dotted.key=value`.
  public ConfigText<T> with(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new ConfigException(
          "--set " + assignment + ": expected KEY=VALUE, for example train.steps=2000");
    }
    String key = assignment.substring(0, equals).strip();
    return with(key, assignment.substring(equals + 1), "--set " + key);
  }

  /// With one key changed.
  ///
  /// @param label names the origin of the change in messages
  public ConfigText<T> with(String key, String value, String label) {
    List<Change> all = new ArrayList<>(changes);
    all.add(new Change(key, value, label));
    return new ConfigText<>(type, name, YamlText.with(root, key, value, label), original, List.copyOf(all), lenient);
  }

  /// With every section of another text in the place of this one's.
  public ConfigText<T> with(ConfigText<T> other) {
    Node changed = root;
    for (Map.Entry<String, Node> section : YamlText.sections(other.root()).entrySet()) {
      changed = YamlText.with(changed, section.getKey(), section.getValue());
    }
    return new ConfigText<>(type, name, changed, original, changes, lenient);
  }

  /// Binds the text to a configuration.
  ///
  /// @throws ConfigException for every mistake, with its position
  public T bind() {
    try {
      return Binder.bind(root, type, lenient);
    } catch (ConfigException e) {
      throw changes.isEmpty() ? e : ofChanges(e);
    } catch (StackOverflowError e) {
      throw new ConfigException(name + ": nested too deeply", e);
    }
  }

  /// What is wrong only since the changes is said of them, not of a place in the file where nothing is wrong.
  private ConfigException ofChanges(ConfigException e) {
    Matcher position = POSITION.matcher(e.getMessage());
    if (!position.find() || e.getMessage().equals(mistake(List.of()))) {
      return e;
    }
    List<String> guilty = new ArrayList<>();
    for (Change change : changes) {
      List<Change> others = new ArrayList<>(changes);
      others.remove(change);
      if (!e.getMessage().equals(mistake(others))) {
        guilty.add(change.label());
      }
    }
    List<String> named = guilty.isEmpty() ? changes.stream().map(Change::label).toList() : guilty;
    String origin = String.join(", ", named.stream().distinct().toList());
    return new ConfigException(origin + ": " + e.getMessage().substring(position.end()), e);
  }

  /// What is wrong with the original and some of the changes; empty: nothing.
  private String mistake(List<Change> some) {
    try {
      Node changed = original;
      for (Change change : some) {
        changed = YamlText.with(changed, change.key(), change.value(), change.label());
      }
      Binder.bind(changed, type, lenient);
      return "";
    } catch (ConfigException e) {
      return e.getMessage();
    }
  }
}
