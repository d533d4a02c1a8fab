package io.scorefield.train;

import io.scorefield.rng.Shuffle;

/// Which data point example e is: every epoch visits each point once, in its own random order.
///
/// Example e is position e mod N of epoch e / N, so an epoch may end within a batch.
final class ExampleOrder {
  private final long seed;
  private final int points;
  private long epoch = -1;
  private int[] order = {};

  ExampleOrder(long seed, int points) {
    this.seed = seed;
    this.points = points;
  }

  /// The data points of examples first .. first + count - 1.
  int[] examples(long first, int count) {
    int[] examples = new int[count];
    for (int i = 0; i < count; i++) {
      long e = first + i;
      if (e / points != epoch) {
        epoch = e / points;
        order = Shuffle.order(seed, epoch, points);
      }
      examples[i] = order[(int) (e % points)];
    }
    return examples;
  }
}
