package io.scorefield.eval;

/// Histograms of two samples of numbers, compared.
final class Histograms {
  private Histograms() {}

  /// The total variation between the histograms, 1/2 sum |p - q|: from 0 to 1. Numbers beyond the range are in the
  /// outermost bins.
  ///
  /// @param a numbers whose groups are stretches of consecutive ones, likewise b; none is NaN
  /// @param bins equal bins from `low` to `high`
  static Jackknife totalVariation(double[] a, double[] b, double low, double high, int bins, int groups) {
    double[][] first = counts(a, low, high, bins, groups);
    double[][] second = counts(b, low, high, bins, groups);
    return Jackknife.of(groups, without -> totalVariation(first, second, bins, without));
  }

  /// @return [groups, bins]
  private static double[][] counts(double[] values, double low, double high, int bins, int groups) {
    double[][] counts = new double[groups][bins];
    double perBin = high > low ? bins / (high - low) : 0;
    for (int group = 0; group < groups; group++) {
      int end = Jackknife.start(values.length, group + 1, groups);
      for (int i = Jackknife.start(values.length, group, groups); i < end; i++) {
        counts[group][(int) Math.clamp((values[i] - low) * perBin, 0, bins - 1)]++;
      }
    }
    return counts;
  }

  private static double totalVariation(double[][] a, double[][] b, int bins, int without) {
    double[] p = shares(a, bins, without);
    double[] q = shares(b, bins, without);
    double sum = 0;
    for (int bin = 0; bin < bins; bin++) {
      sum += 0.5 * Math.abs(p[bin] - q[bin]);
    }
    return sum;
  }

  private static double[] shares(double[][] counts, int bins, int without) {
    double[] shares = new double[bins];
    double total = 0;
    for (int group = 0; group < counts.length; group++) {
      for (int bin = 0; bin < bins && group != without; bin++) {
        shares[bin] += counts[group][bin];
        total += counts[group][bin];
      }
    }
    for (int bin = 0; bin < bins; bin++) {
      shares[bin] /= total;
    }
    return shares;
  }
}
