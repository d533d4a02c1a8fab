package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.data.Scaling;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.physics.Variables;
import java.util.List;

/// The space that the diffusion works in: that of the data, or that of the codes of an autoencoder, which is trained first.
public sealed interface LatentConfig permits LatentConfig.None, PerceptronLatentConfig, FieldLatentConfig, EgnnLatentConfig {
  /// The data themselves.
  @Kind(value = "none", usual = true, doc = "The space of the data: no autoencoder.")
  record None() implements LatentConfig {
    @Override
    public Autoencoder autoencoder(Variables variables, Scaling scaling) {
      throw new IllegalStateException("there is no autoencoder");
    }

    @Override
    public List<String> components(Autoencoder autoencoder) {
      throw new IllegalStateException("there is no autoencoder");
    }

    @Override
    public LatentCodeConfig code() {
      throw new IllegalStateException("there is no autoencoder");
    }

    @Override
    public LatentTrainConfig train() {
      throw new IllegalStateException("there is no autoencoder");
    }
  }

  /// Whether there is an autoencoder.
  default boolean present() {
    return !(this instanceof None);
  }

  /// The autoencoder for data of the given components.
  ///
  /// @param variables with conditions, which no autoencoder sees
  /// @param scaling between the data and the state
  /// @throws IllegalArgumentException when such an autoencoder cannot take such data
  Autoencoder autoencoder(Variables variables, Scaling scaling);

  /// What the numbers of a code are called, as data sets name components.
  List<String> components(Autoencoder autoencoder);

  /// The code.
  LatentCodeConfig code();

  /// The training of the autoencoder.
  LatentTrainConfig train();
}
