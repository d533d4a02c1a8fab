package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The configuration that a checkpoint is sampled with: that of its training, with changes of what the weights do not
/// depend on.
public final class SampleSettings {
  private static final List<String> SECTIONS = List.of("sampler", "guidance", "physics", "inverse");

  /// The temperature that samples are asked for at, and how they come to it.
  private static final String TEMPERATURE = "data.temperature";
  private static final String ANNEALING = "sample.annealing";

  /// The conditions that samples are asked for under.
  private static final String CONDITIONS = "sample.conditions";

  private SampleSettings() {}

  /// @param file a YAML file whose sections take the place of the checkpoint's
  /// @param changes of single keys, `dotted.key=value`, made after that
  /// @throws ConfigException when a change concerns the weights
  public static ExperimentConfig of(Checkpoint.Stored stored, Optional<String> file, List<String> changes)
      throws IOException {
    ExperimentSource source = ModelFile.source(stored);
    ExperimentConfig trained = source.bind();
    if (file.isPresent()) {
      if (!file.get().matches(".*\\.ya?ml") && !ExperimentSource.BUILT_IN.contains(file.get())) {
        throw new ConfigException("--config " + file.get() + ": is not a .yaml file, nor the name of an experiment");
      }
      source = source.with(ExperimentSource.read(file.get()));
    }
    for (String change : changes) {
      // Another kind of sampler has keys of its own; what the old one was set to means nothing to it.
      source =
          change.strip().matches("sampler\\.kind\\s*=.*")
              ? source.with(
                  "sampler", "{kind: '" + change.substring(change.indexOf('=') + 1).strip() + "', clip: "
                      + trained.sampler().clip() + "}", "--set sampler.kind")
              : source.with(change);
    }
    if (ModelFile.lacksRange(stored) && !asksToClip(file, changes)) {
      source = source.with("sampler.clip", "false", "checkpoint");
    }
    ExperimentConfig config = source.bind();
    List<String> differences = TrainingIdentity.differences(trained, config);
    if (!differences.isEmpty()) {
      throw new ConfigException(
          "the weights of " + stored.file() + " depend on what is changed (" + TrainingIdentity.line(differences)
              + "); of a checkpoint the sampler, guidance, physics and inverse can be changed"
              + (differences.stream().anyMatch(line -> line.startsWith("seed ")) ? ", and the samples' seed with --seed" : ""));
    }
    changes.forEach(change -> requirePart(change, config.data().unnamedConditions() > 0, !config.data().told().isEmpty()));
    return config;
  }

  /// @param told whether the network is told the temperature
  /// @param conditions whether it is told conditions with names
  private static void requirePart(String change, boolean told, boolean conditions) {
    String key = change.split("=", 2)[0].strip();
    boolean ofTemperature = key.equals(TEMPERATURE) || key.equals(ANNEALING) || key.startsWith(ANNEALING + ".");
    if (ofTemperature && !told) {
      throw new ConfigException(
          "--set " + change + ": the network of this checkpoint is not told the temperature, so its samples have that of its "
              + "training; train with data.temperatures");
    }
    if (conditions && (key.equals(CONDITIONS) || key.startsWith(CONDITIONS + "."))) {
      return;
    }
    if (!ofTemperature && !SECTIONS.contains(key.split("[.\\s]", 2)[0])) {
      throw new ConfigException(
          "--set " + change + ": has no part in sampling a checkpoint; what has are " + String.join(", ", SECTIONS)
              + (told ? ", " + TEMPERATURE + " and " + ANNEALING : "") + (conditions ? " and " + CONDITIONS : ""));
    }
  }

  /// A checkpoint from before samplers could clip has no range to clip to; without a word it is sampled without.
  private static boolean asksToClip(Optional<String> file, List<String> changes) throws IOException {
    boolean inFile = file.isPresent() && Files.isRegularFile(Path.of(file.get()))
        && Files.readString(Path.of(file.get())).contains("clip");
    return inFile || changes.stream().anyMatch(change -> change.contains("clip"));
  }
}
