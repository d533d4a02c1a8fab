package io.scorefield.train;

import io.scorefield.data.Assignment;
import io.scorefield.diffusion.Diffuser;
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

  /// Draws what data are paired with.
  @FunctionalInterface
  interface Partners {
    /// Points first .. first + count - 1, [count, D] in units of the state.
    float[] of(int first, int count);

    /// Standard normal noise.
    static Partners noise(long seed, int dimension) {
      NoiseSource source = new NoiseSource(seed);
      return (first, count) -> {
        float[] drawn = new float[count * dimension];
        for (int i = 0; i < count; i++) {
          source.normals(NoiseStream.TRAINING_NOISE, first + i, 0, drawn, i * dimension, dimension);
        }
        return drawn;
      };
    }

    /// What samples of a model begin with.
    static Partners of(Diffuser diffuser, long seed) {
      return diffuser.start().isPresent()
          ? (first, count) -> diffuser.start().get().training(diffuser.scaling(), seed, first, count)
          : noise(seed, diffuser.scaling().coordinates());
    }
  }

  /// Pairs whose lines are the shortest, in groups of {@link #GROUP}: the mean of their squared lengths is the least of all
  /// pairings of the group.
  ///
  /// @param states the data, [n, D]
  static Pairs optimal(float[] states, int dimension, long seed) {
    return optimal(states, dimension, seed, ENOUGH);
  }

  /// With noise.
  ///
  /// @param enough pairs, at least, where that is not too many numbers
  static Pairs optimal(float[] states, int dimension, long seed, int enough) {
    return of(states, dimension, seed, enough, Partners.noise(seed, dimension), true);
  }

  /// One full group: a pairing of fewer points would have longer lines. Fewer points than that come several times.
  static Pairs group(float[] states, int dimension, long seed, Partners partners, boolean shortest) {
    Pairs pairs = of(states, dimension, seed, GROUP, partners, shortest);
    int numbers = Math.min(GROUP * dimension, pairs.points().length);
    return new Pairs(Arrays.copyOf(pairs.points(), numbers), Arrays.copyOf(pairs.noise(), numbers));
  }

  /// Pairs of data and partners, in groups of {@link #GROUP}.
  ///
  /// @param enough pairs, at least, where that is not too many numbers
  /// @param shortest whether the lines of a group are the shortest; else any is paired with any
  static Pairs of(float[] states, int dimension, long seed, int enough, Partners partners, boolean shortest) {
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
    Meter meter = Watch.current().meter("pairs", count, "points");
    IntStream.range(0, Math.ceilDiv(count, GROUP))
        .parallel()
        .forEach(
            group -> {
              int first = group * GROUP;
              int size = Math.min(GROUP, count - first);
              float[] drawn = partners.of(first, size);
              float[] own = Arrays.copyOfRange(points, first * dimension, (first + size) * dimension);
              int[] partner =
                  shortest ? Assignment.ofPoints(own, drawn, dimension) : IntStream.range(0, size).toArray();
              for (int i = 0; i < size; i++) {
                System.arraycopy(drawn, partner[i] * dimension, noise, (first + i) * dimension, dimension);
              }
              meter.step(size);
            });
    return new Pairs(points, noise);
  }
}
