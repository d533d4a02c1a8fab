package io.scorefield.engine.cuda.training;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.network.Mlp;

/// What `training_cluster` (`kernels/hopper_training.cu`) is launched with, and has in shared memory: training by one cluster
/// of blocks.
final class ClusterPlan {
  private static final String FILE = "hopper_training";

  /// Blocks of the cluster, each with a chunk of the batch at most.
  static final int BLOCKS = 16;

  /// Those that compute, and a warp that fetches examples.
  static final int THREADS = TrainingSizes.NORM_THREADS + 32;

  /// Outputs of a layer that the workers take in one go; hidden layers have at most half as many.
  static final int MOST_OUTPUTS = 2 * TrainingSizes.WIDE;

  /// Parameters that are dealt out to the blocks at a time.
  private static final int GRANULE = 32;

  /// Numbers of a parameter that its block keeps: itself, its average, two moments, its gradient, its place.
  private static final int OWN = 6;

  /// Bytes of sums over a block, of squares, and of barriers.
  private static final int SUMS = (TrainingSizes.NORM_THREADS + 64 + 6) * Double.BYTES;

  /// Floats of what a step needs of Adam, and of an example's noise level; both are there twice.
  private static final int ADAM = 2 * 16;
  private static final int LEVELS = 2 * 13;

  /// Of the data and of physics, of two steps.
  private static final int LOSSES = 2 * 2 * BLOCKS * TrainingSizes.SMALL_CHUNK;

  /// Numbers that describe a layer.
  private static final int LAYER = 16;

  /// Numbers that tell the workers what they do of a layer, forward and backward.
  private static final int PARTS = 2 * 4 * TrainingSizes.NORM_THREADS;

  private ClusterPlan() {}

  /// The kernel, ready for a cluster that is larger than any device promises. On the device's thread.
  static Kernels.Kernel kernel(Device device) {
    return device.kernels().get(FILE, "training_cluster").inLargeClusters();
  }

  /// That of {@link ClusterCheck}.
  static Kernels.Kernel check(Device device) {
    return device.kernels().get(FILE, "check_cluster").inLargeClusters();
  }

  /// From one row of weights, inputs or deltas to the next: rows begin four banks behind the one before.
  private static int stride(int numbers) {
    return NetworkMemory.padded(numbers) + 4;
  }

  /// Rows of a layer's weights: threads take so many outputs at a time.
  private static int rows(int outputs) {
    int together = outputs > 64 ? 32 : outputs > 16 ? 16 : 8;
    return (outputs + together - 1) / together * together;
  }

  /// Floats of the weights of a network; a bias is behind the row of its output.
  static int weights(Mlp mlp) {
    int floats = 0;
    for (int l = 0; l < mlp.layers(); l++) {
      floats += rows(mlp.out(l)) * stride(mlp.in(l));
    }
    return floats;
  }

  /// Floats of the inputs of all layers for a block's examples, those of the first twice, and of the gradients at their
  /// outputs.
  static int records(Mlp mlp) {
    int numbers = stride(mlp.in(0));
    for (int l = 0; l < mlp.layers(); l++) {
      numbers += stride(mlp.in(l)) + stride(mlp.out(l));
    }
    return TrainingSizes.SMALL_CHUNK * numbers;
  }

  /// Tiles of 4 x 4 weights, and of 4 biases.
  static int tiles(Mlp mlp) {
    int tiles = 0;
    for (int l = 0; l < mlp.layers(); l++) {
      tiles += ((mlp.in(l) + 3) / 4 + 1) * ((mlp.out(l) + 3) / 4);
    }
    return tiles;
  }

  /// Shared memory of a block beside the tape's arrays, in the order of `ClusterMemory`.
  static long bytes(TrainingSizes sizes) {
    Mlp mlp = sizes.mlp();
    long owned = rounded(sizes.parameters(), BLOCKS * GRANULE) / BLOCKS;
    long squared = rounded(sizes.parameters(), BLOCKS * TrainingSizes.NORM_THREADS) / BLOCKS;
    long examples = TrainingSizes.SMALL_CHUNK * (LEVELS + 5L * stride(mlp.dimension()) + 2);
    long floats =
        (OWN + BLOCKS) * owned + squared + LOSSES + ADAM + examples + weights(mlp) + records(mlp)
            + 4L * tiles(mlp) + (LAYER + PARTS) * (long) mlp.layers();
    return SUMS + floats * Float.BYTES;
  }

  private static long rounded(long count, int of) {
    return (count + of - 1) / of * of;
  }
}
