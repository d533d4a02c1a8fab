package io.scorefield.train;

import io.scorefield.data.Assignment;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.rng.Shuffle;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Data points with the noise that belongs to them.
///
/// @param points [N, D] in units of the state
/// @param noise [N, D]
record Pairs(float[] points, float[] noise) {
  /// Points and draws of noise that are paired in one go. The cost of an exact pairing grows as the cube of it.
  static final int GROUP = 256;

  /// There are at least so many pairs, each data point with several draws of noise, so that a network cannot learn them by
  /// heart; fewer where these were more than {@link #MOST_NUMBERS} numbers.
  static final int ENOUGH = 1 << 17;

  private static final long MOST_NUMBERS = 1L << 25;

  /// Pairs whose lines are the shortest, in groups of {@link #GROUP}: the mean of their squared lengths is the least of all
  /// pairings of the group.
  ///
  /// @param states the data, [n, D]
  static Pairs optimal(float[] states, int dimension, long seed) {
    return optimal(states, dimension, seed, ENOUGH);
  }

  /// One full group: a pairing of fewer points would have longer lines. Fewer points than that come several times.
  static Pairs group(float[] states, int dimension, long seed) {
    Pairs pairs = optimal(states, dimension, seed, GROUP);
    int numbers = Math.min(GROUP * dimension, pairs.points().length);
    return new Pairs(Arrays.copyOf(pairs.points(), numbers), Arrays.copyOf(pairs.noise(), numbers));
  }

  /// @param enough pairs, at least, where that is not too many numbers
  static Pairs optimal(float[] states, int dimension, long seed, int enough) {
    int n = states.length / dimension;
    long most = Math.max(n, MOST_NUMBERS / dimension);
    int copies = (int) Math.max(1, Math.min(Math.ceilDiv(enough, n), most / n));
    int count = Math.multiplyExact(copies, n);
    float[] points = new float[Math.multiplyExact(count, dimension)];
    for (int copy = 0; copy < copies; copy++) {
      // Another order each time, so that a point is not always in the same company.
      int[] order = Shuffle.order(seed, copy, n);
      for (int i = 0; i < n; i++) {
        System.arraycopy(states, order[i] * dimension, points, (copy * n + i) * dimension, dimension);
      }
    }
    float[] noise = new float[points.length];
    NoiseSource source = new NoiseSource(seed);
    Meter meter = Watch.current().meter("pairs", count, "points");
    IntStream.range(0, Math.ceilDiv(count, GROUP))
        .parallel()
        .forEach(
            group -> {
              int first = group * GROUP;
              int size = Math.min(GROUP, count - first);
              float[] drawn = new float[size * dimension];
              for (int i = 0; i < size; i++) {
                source.normals(NoiseStream.TRAINING_NOISE, first + i, 0, drawn, i * dimension, dimension);
              }
              float[] own = Arrays.copyOfRange(points, first * dimension, (first + size) * dimension);
              int[] partner = Assignment.ofPoints(own, drawn, dimension);
              for (int i = 0; i < size; i++) {
                System.arraycopy(drawn, partner[i] * dimension, noise, (first + i) * dimension, dimension);
              }
              meter.step(size);
            });
    return new Pairs(points, noise);
  }
}
