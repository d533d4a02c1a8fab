package io.scorefield.eval;

import io.scorefield.watch.Watch;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// Sums of a function of the squared distance over all pairs of two samples, by group of the one and of the other. So
/// the mean without a group costs no second look at the pairs.
///
/// @param sums [groups, groups]
/// @param n points of the one sample
/// @param m points of the other
record PairSums(double[][] sums, int n, int m) {
  /// @param a [n, D], likewise b [m, D]
  static PairSums of(float[] a, float[] b, int dimension, int groups, DoubleUnaryOperator ofSquared) {
    int n = a.length / dimension;
    int m = b.length / dimension;
    double[][] rows = new double[n][];
    Watch watch = Watch.current();
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              watch.check();
              double[] row = new double[groups];
              for (int g = 0; g < groups; g++) {
                int end = Jackknife.start(m, g + 1, groups);
                double sum = 0;
                for (int j = Jackknife.start(m, g, groups); j < end; j++) {
                  sum += ofSquared.applyAsDouble(Distances.squared(a, i, b, j, dimension));
                }
                row[g] = sum;
              }
              rows[i] = row;
            });
    double[][] sums = new double[groups][groups];
    for (int g = 0; g < groups; g++) {
      for (int i = Jackknife.start(n, g, groups); i < Jackknife.start(n, g + 1, groups); i++) {
        for (int h = 0; h < groups; h++) {
          sums[g][h] += rows[i][h];
        }
      }
    }
    return new PairSums(sums, n, m);
  }

  /// The mean over the pairs that are left without a group of both samples; -1: over all.
  double mean(int without) {
    int groups = sums.length;
    double sum = 0;
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < groups; h++) {
        sum += g == without || h == without ? 0 : sums[g][h];
      }
    }
    return sum / left(n, without) / left(m, without);
  }

  private int left(int points, int without) {
    int groups = sums.length;
    return without < 0
        ? points
        : points - Jackknife.start(points, without + 1, groups) + Jackknife.start(points, without, groups);
  }
}
