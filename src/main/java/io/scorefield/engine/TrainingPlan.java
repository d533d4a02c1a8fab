package io.scorefield.engine;

import io.scorefield.network.Mlp;
import io.scorefield.physics.Tape;
import java.util.Optional;

/// What is trained on what.
///
/// @param mlp the network
/// @param table the noise levels, one of which is drawn uniformly for every example
/// @param data [N, D] row-major in the units of the state; not copied
/// @param batch B, examples of one optimiser step
/// @param adam the optimiser
/// @param seed the seed of the noise and of the noise levels
/// @param physics the residuals R of the table's physics weight, in the units of the state
public record TrainingPlan(
    Mlp mlp,
    NoiseTable table,
    float[] data,
    int batch,
    AdamOptions adam,
    long seed,
    Optional<Tape> physics) {
  /// The largest batch accepted.
  public static final int MAX_BATCH = 1 << 20;

  public TrainingPlan {
    if (table.featureCount() != mlp.timeFeatures()) {
      throw new IllegalArgumentException(
          "the table has " + table.featureCount() + " time features, the network takes "
              + mlp.timeFeatures());
    }
    if (data.length == 0 || data.length % mlp.dimension() != 0) {
      throw new IllegalArgumentException(
          data.length + " numbers are not points of " + mlp.dimension() + " components");
    }
    if (batch < 1 || batch > MAX_BATCH) {
      throw new IllegalArgumentException(
          "the batch is " + batch + "; it must be between 1 and " + MAX_BATCH);
    }
    boolean weighted = false;
    for (double weight : table.physicsWeight()) {
      weighted |= weight != 0;
    }
    if (weighted && physics.isEmpty()) {
      throw new IllegalArgumentException("the table weights physics, but the plan has no residuals");
    }
    if (physics.isPresent() && physics.get().inputs() != mlp.dimension()) {
      throw new IllegalArgumentException(
          "the constraint is for " + physics.get().inputs() + " components, the network has "
              + mlp.dimension());
    }
  }

  /// N, the number of data points.
  public int points() {
    return data.length / mlp.dimension();
  }
}
