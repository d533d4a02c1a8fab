package io.scorefield.train;

import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.Autoencoder;
import java.util.List;
import java.util.Optional;

/// The training of an autoencoder.
///
/// To the engine it is one noise level. What is noised is the code's noise, of which nothing but noise is left, alpha = 0 and
/// sigma = 1, so that it is drawn anew for every example; the states are conditions. The target is 0, and the network's first
/// output the square root of the loss.
public final class AutoencoderTraining {
  private AutoencoderTraining() {}

  /// @param states `[N, S]`, and behind each what the autoencoder is told, `[C]`
  /// @param settings batch, optimiser and seed
  public static TrainingPlan plan(Autoencoder autoencoder, float[] states, TrainingOptions settings) {
    return plan(autoencoder.training(), autoencoder.latents(), states, settings);
  }

  /// The same for any network that takes the noise of a code and behind it a state, and gives the root of a loss.
  ///
  /// @param latents numbers of a code
  public static TrainingPlan plan(NetworkProgram training, int latents, float[] states, TrainingOptions settings) {
    int wide = training.dimension();
    int dimension = wide - latents;
    int count = states.length / dimension;
    float[] examples = new float[Math.multiplyExact(count, wide)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(states, i * dimension, examples, i * wide + latents, dimension);
    }
    NoiseTable.Row row = new NoiseTable.Row(new double[0], 0, 1, 1, 0, 0, 1, 0, 1);
    return new TrainingPlan(
        training, NoiseTable.of(List.of(row)).withConditions(dimension), examples, settings.batch(), settings.adam(), settings.seed(),
        Optional.empty());
  }
}
