package io.scorefield.experiment;

import io.scorefield.experiment.config.ConfigException;
import io.scorefield.experiment.config.ConfigSource;
import io.scorefield.experiment.config.ExperimentConfig;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The configuration that a checkpoint is sampled with: that of its training, with changes of what the weights do not
/// depend on.
public final class SampleSettings {
  private SampleSettings() {}

  /// @param file a YAML file whose sections take the place of the checkpoint's
  /// @param changes of single keys, `dotted.key=value`, made after that
  /// @throws ConfigException when a change concerns the weights
  public static ExperimentConfig of(Checkpoint.Stored stored, Optional<String> file, List<String> changes)
      throws IOException {
    ConfigSource source = ModelFile.source(stored);
    ExperimentConfig trained = source.bind();
    if (file.isPresent()) {
      source = source.with(ConfigSource.read(file.get()));
    }
    for (String change : changes) {
      source = source.with(change);
    }
    ExperimentConfig config = source.bind();
    List<String> differences = TrainingIdentity.differences(trained, config);
    if (!differences.isEmpty()) {
      throw new ConfigException(
          "the weights of " + stored.file() + " depend on what is changed (" + TrainingIdentity.line(differences)
              + "); of a checkpoint the sampler, guidance, physics and inverse can be changed"
              + (differences.stream().anyMatch(line -> line.startsWith("seed ")) ? ", and the samples' seed with --seed" : ""));
    }
    return config;
  }
}
