package io.scorefield.experiment.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// The text of an experiment with changes to single keys, not bound yet.
///
/// @param name the experiment's name
/// @param root with the changes
/// @param original without them
/// @param changes in their order
public record ConfigSource(String name, Node root, Node original, List<Change> changes) {
  /// One key changed.
  ///
  /// @param label what it is called in messages, such as `--set train.steps`
  public record Change(String key, String value, String label) {}

  private static final Pattern POSITION = Pattern.compile("^.{1,300}?\\.ya?ml:\\d+:\\d+: ", Pattern.DOTALL);

  /// The experiments that come with the program.
  public static final List<String> BUILT_IN =
      List.of(
          "circle", "circle-guidance", "half-moons", "half-moons-weighting", "eight-gaussians",
          "swiss-roll", "checkerboard", "pidm-circle",
          "darcy-1d", "darcy-2d", "darcy-frontier", "heat-invariant",
          "gaussian-inverse", "half-moons-inverse", "darcy-inverse");

  /// Reads an experiment: a built-in name, or a path to a YAML file.
  ///
  /// @throws ConfigException when there is no such experiment
  public static ConfigSource read(String nameOrPath) throws IOException {
    if (nameOrPath.endsWith(".yaml") || nameOrPath.endsWith(".yml")) {
      Path file = Path.of(nameOrPath);
      if (!Files.isRegularFile(file)) {
        throw new ConfigException(
            Files.exists(file) ? file + " is not a regular file" : "there is no file " + file);
      }
      String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
      try {
        return of(name, nameOrPath, Files.readString(file));
      } catch (MalformedInputException e) {
        throw new ConfigException(file + ": not a text file in UTF-8", e);
      }
    }
    if (!BUILT_IN.contains(nameOrPath)) {
      throw new ConfigException(
          "unknown experiment '" + nameOrPath + "'" + Suggestion.of(nameOrPath, BUILT_IN)
              + " (or the path of a .yaml file)");
    }
    return of(nameOrPath, nameOrPath + ".yaml", builtInText(nameOrPath));
  }

  /// The text of a built-in experiment.
  public static String builtInText(String name) throws IOException {
    try (InputStream in = ConfigSource.class.getResourceAsStream("/configs/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks configs/" + name + ".yaml");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Parses YAML (or JSON) text.
  ///
  /// @param label stands for the file in messages
  public static ConfigSource of(String name, String label, String text) {
    Node root = YamlText.parse(label, text);
    return new ConfigSource(name, root, root, List.of());
  }

  /// With one key changed, from text of the form `dotted.key=value`.
  public ConfigSource with(String assignment) {
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
  public ConfigSource with(String key, String value, String label) {
    List<Change> all = new ArrayList<>(changes);
    all.add(new Change(key, value, label));
    return new ConfigSource(name, YamlText.with(root, key, value, label), original, List.copyOf(all));
  }

  /// With every section of another source in the place of this one's.
  public ConfigSource with(ConfigSource other) {
    ConfigSource changed = this;
    for (Map.Entry<String, Node> section : YamlText.sections(other.root()).entrySet()) {
      changed =
          new ConfigSource(
              name, YamlText.with(changed.root(), section.getKey(), section.getValue()), original, changes);
    }
    return changed;
  }

  /// With the changes of a variant, and without any variants of its own.
  public ConfigSource with(ExperimentConfig.Variant variant) {
    // Named after the file, so that paths in a variant are relative to it too.
    String label = root.getStartMark().map(Mark::getName).orElse(name) + " (variant " + variant.name();
    ConfigSource changed = with("variants", "[]", label + ")");
    for (Map.Entry<String, String> entry : variant.set().entrySet()) {
      changed = changed.with(entry.getKey(), entry.getValue(), label + ": " + entry.getKey() + ")");
    }
    return changed;
  }

  /// Binds the text to a configuration.
  ///
  /// @throws ConfigException for every mistake, with its position
  public ExperimentConfig bind() {
    try {
      return (ExperimentConfig) Binder.bind(root, ExperimentConfig.class, "");
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
      Binder.bind(changed, ExperimentConfig.class, "");
      return "";
    } catch (ConfigException e) {
      return e.getMessage();
    }
  }
}
