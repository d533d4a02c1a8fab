package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigReference;
import io.scorefield.config.ConfigText;
import java.io.IOException;
import java.util.List;

/// The text of a simulation with changes to single keys, not bound yet.
public record SimulationSource(ConfigText<SimulationConfig> text) {
  /// The simulations that come with the program.
  public static final List<String> BUILT_IN = List.of("double-well", "annealed-plane", "driven-ring", "first-passage", "two-modes", "coarse-to-fine");

  private static final String INTRODUCTION =
      """

      # Simulations

      The keys of a file for `./scorefield simulate`: dynamics from an energy, without a network.
      `./scorefield config double-well` prints one with a comment for every key.
      [simulate.md](simulate.md) has the equations.
      """;

  /// Reads a simulation: a built-in name, or a path to a YAML file.
  ///
  /// @throws ConfigException when there is no such simulation
  public static SimulationSource read(String nameOrPath) throws IOException {
    if (ExperimentSource.BUILT_IN.contains(nameOrPath)) {
      throw new ConfigException(
          "'" + nameOrPath + "' is an experiment with a network; run it with: scorefield run " + nameOrPath);
    }
    SettingsFile file = SettingsFile.read(nameOrPath, BUILT_IN, "simulation");
    return of(file.name(), file.label(), file.text());
  }

  /// Parses YAML (or JSON) text.
  ///
  /// @param label stands for the file in messages
  public static SimulationSource of(String name, String label, String text) {
    return new SimulationSource(ConfigText.of(SimulationConfig.class, name, label, text));
  }

  /// The part of the reference page about simulations.
  static String reference() {
    return ConfigReference.of(SimulationConfig.class, INTRODUCTION);
  }

  /// With one key changed, from text of the form `dotted.key=value`.
  public SimulationSource with(String assignment) {
    return new SimulationSource(text.with(assignment));
  }

  /// With one key changed.
  ///
  /// @param label names the origin of the change in messages
  public SimulationSource with(String key, String value, String label) {
    return new SimulationSource(text.with(key, value, label));
  }

  public String name() {
    return text.name();
  }

  /// Binds the text to a configuration.
  ///
  /// @throws ConfigException for every mistake, with its position
  public SimulationConfig bind() {
    return text.bind();
  }
}
