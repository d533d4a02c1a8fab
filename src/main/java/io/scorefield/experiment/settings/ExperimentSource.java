package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigReference;
import io.scorefield.config.ConfigText;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The text of an experiment with changes to single keys, not bound yet.
public record ExperimentSource(ConfigText<ExperimentConfig> text) {
  /// The experiments that come with the program.
  public static final List<String> BUILT_IN =
      List.of(
          "circle", "circle-guidance", "half-moons", "half-moons-weighting", "half-moons-recommended", "half-moons-classes",
          "net-load", "eight-gaussians", "flow-matching", "interpolants",
          "swiss-roll", "checkerboard", "pidm-circle",
          "darcy-1d", "darcy-2d", "darcy-2d-32", "darcy-frontier", "heat-invariant", "latent-darcy",
          "dw4", "dw4-energy", "dw4-temperature", "lj13", "lj13-energy",
          "molecules", "molecules-latent", "butane", "conformers", "crystals",
          "gaussian-inverse", "half-moons-inverse", "darcy-inverse");

  private static final String INTRODUCTION =
      """
      # Configuration reference

      An experiment is one YAML file. `./scorefield config circle` prints one with a comment for
      every key; `--set KEY=VALUE` changes a single key, for example
      `--set train.steps=2000` or `--set guidance=[]`. Where a section has a `kind`, the
      keys of that kind apply and no others. A key that means nothing beside the others, such as the width
      of a network that has none, is refused. This page is generated from the program
      (`./scorefield config --reference`), and a test holds it to the code.
      """;

  /// Reads an experiment: a built-in name, or a path to a YAML file.
  ///
  /// @throws ConfigException when there is no such experiment
  public static ExperimentSource read(String nameOrPath) throws IOException {
    if (SimulationSource.BUILT_IN.contains(nameOrPath)) {
      throw new ConfigException(
          "'" + nameOrPath + "' is a simulation; run it with: scorefield simulate " + nameOrPath);
    }
    SettingsFile file = SettingsFile.read(nameOrPath, BUILT_IN, "experiment");
    return of(file.name(), file.label(), file.text());
  }

  /// The text of a built-in experiment.
  public static String builtInText(String name) throws IOException {
    return SettingsFile.builtIn(name);
  }

  /// The reference page of all keys in Markdown; docs/configuration.md is this text.
  public static String reference() {
    return ConfigReference.of(ExperimentConfig.class, INTRODUCTION) + SimulationSource.reference() + SchoolingSource.reference();
  }

  /// Parses YAML (or JSON) text.
  ///
  /// @param label stands for the file in messages
  public static ExperimentSource of(String name, String label, String text) {
    return new ExperimentSource(ConfigText.of(ExperimentConfig.class, name, label, text));
  }

  /// A configuration that the program itself has written; keys that mean nothing are let pass, for earlier versions wrote
  /// all keys with their defaults.
  ///
  /// @param label stands for the file in messages
  public static ExperimentSource written(String name, String label, String text) {
    return new ExperimentSource(of(name, label, text).text.written());
  }

  /// The experiment's name.
  public String name() {
    return text.name();
  }

  /// With one key changed, from text of the form `dotted.key=value`.
  public ExperimentSource with(String assignment) {
    return new ExperimentSource(text.with(assignment));
  }

  /// With one key changed.
  ///
  /// @param label names the origin of the change in messages
  public ExperimentSource with(String key, String value, String label) {
    return new ExperimentSource(text.with(key, value, label));
  }

  /// With every section of another source in the place of this one's.
  public ExperimentSource with(ExperimentSource other) {
    return new ExperimentSource(text.with(other.text));
  }

  /// With the changes of a variant, and without any variants of its own.
  public ExperimentSource with(ExperimentConfig.Variant variant) {
    // Named after the file, so that paths in a variant are relative to it too.
    String label = text.label() + " (variant " + variant.name();
    ExperimentSource changed = with("variants", "[]", label + ")");
    for (Map.Entry<String, String> entry : variant.set().entrySet()) {
      changed = changed.with(entry.getKey(), entry.getValue(), label + ": " + entry.getKey() + ")");
    }
    return changed;
  }

  /// Binds the text to a configuration.
  ///
  /// @throws ConfigException for every mistake, with its position
  public ExperimentConfig bind() {
    return text.bind();
  }
}
