package io.scorefield.engine.cuda.training;

import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.network.Mlp;

/// What `training_cluster` (`kernels/hopper_training.cu`) has in shared memory: training by one cluster of blocks.
final class ClusterPlan {
  static final String FILE = "hopper_training";
  static final String KERNEL = "training_cluster";

  /// Blocks of the cluster, each with a chunk of the batch at most.
  static final int BLOCKS = 8;

  /// Parameters that are dealt out to the blocks at a time, a thread each.
  private static final int GRANULE = TrainingSizes.NORM_THREADS;

  /// Numbers of a parameter that its block keeps: itself, its average, two moments, its gradient, its place.
  private static final int OWN = 6;

  /// Doubles of sums over a block, and of squares.
  private static final int SUMS = 2 * TrainingSizes.NORM_THREADS + 64;

  private ClusterPlan() {}

  /// Floats of the weights of a network and their biases; a row begins four banks behind the one before.
  static int weights(Mlp mlp) {
    int floats = 0;
    for (int l = 0; l < mlp.layers(); l++) {
      floats += mlp.out(l) * (NetworkMemory.padded(mlp.in(l)) + 4) + NetworkMemory.padded(mlp.out(l));
    }
    return floats;
  }

  /// Shared memory of a block beside its tile, in the order of `ClusterMemory`; records come last.
  static long bytes(TrainingSizes sizes) {
    Mlp mlp = sizes.mlp();
    int layers = mlp.layers();
    long granules = (sizes.parameters() + BLOCKS * GRANULE - 1) / (BLOCKS * GRANULE);
    long floats =
        OWN * granules * GRANULE + fours(2L * sizes.plan().batch()) + weights(mlp) + fours(sizes.parameters())
            + TrainingRoute.recordFloats(sizes);
    return SUMS * (long) Double.BYTES + layers * (long) NetworkMemory.LAYER + layers % 2 * 8 + floats * Float.BYTES;
  }

  private static long fours(long floats) {
    return (floats + 3) / 4 * 4;
  }
}
