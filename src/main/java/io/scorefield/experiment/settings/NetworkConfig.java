package io.scorefield.experiment.settings;

import io.scorefield.data.Frame;
import io.scorefield.network.Architecture;
import io.scorefield.physics.Variables;

/// The network.
public sealed interface NetworkConfig
    permits PerceptronConfig, EgnnConfig, EnergyConfig, GineConfig, UnetConfig, CrystalNetConfig {
  String EMBEDDING = "The time features that the network takes beside x.";

  /// The time features.
  EmbeddingConfig timeEmbedding();

  /// The network for data of the given components.
  ///
  /// @param frame the coordinates of the state
  /// @throws IllegalArgumentException when such a network cannot take such data
  Architecture architecture(Variables variables, Frame frame);

  /// Whether the training begins with the solution of linear equations instead of random numbers.
  default boolean isFitted() {
    return false;
  }

  /// Whether turned particles have a turned output.
  default boolean isEquivariant() {
    return false;
  }

  /// Whether it can be told which particles there are.
  default boolean knowsAbsence() {
    return false;
  }

  /// @throws IllegalArgumentException when there is no such network, whatever the data
  default void checkAlone() {}
}
