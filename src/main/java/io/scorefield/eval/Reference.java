package io.scorefield.eval;

import io.scorefield.data.DataSet;
import io.scorefield.rng.Shuffle;
import java.util.Arrays;

/// The truth that samples are compared with: fresh draws from the data's distribution where it is
/// known, and random parts of the data where it is not.
public final class Reference {
  private final DataSet data;
  private final long seed;

  /// @param seed of the draws; different from the one that the training data were drawn with
  public Reference(DataSet data, long seed) {
    this.data = data;
    this.seed = seed;
  }

  /// Two samples that share no point.
  public record Pair(float[] first, float[] second) {}

  /// How the draws are made, for the report.
  public String description() {
    return data.source().isPresent()
        ? "fresh draws from the true distribution"
        : "disjoint random parts of the data file";
  }

  /// The largest sample that {@link #pair} can give twice.
  public int limit() {
    return data.source().isPresent() ? Integer.MAX_VALUE : data.size() / 2;
  }

  /// Draw number k: two independent samples of n points each.
  public Pair pair(int k, int n) {
    if (data.source().isPresent()) {
      float[] both = data.source().get().draw(seed, 2L * n * k, Math.multiplyExact(2, n));
      int half = n * data.dimension();
      return new Pair(Arrays.copyOf(both, half), Arrays.copyOfRange(both, half, 2 * half));
    }
    int[] order = Shuffle.order(seed, k, data.size());
    return new Pair(pick(order, 0, n), pick(order, n, n));
  }

  private float[] pick(int[] order, int from, int n) {
    int dimension = data.dimension();
    float[] points = new float[n * dimension];
    for (int i = 0; i < n; i++) {
      System.arraycopy(
          data.points(), order[from + i] * dimension, points, i * dimension, dimension);
    }
    return points;
  }
}
