package io.scorefield.spark.eval;

import java.io.Serializable;

/// Counts of numbers in equal bins of a range that holds all of them; what is not finite is counted apart.
public final class Histogram implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double low;
  private final double high;
  private final long[] counts;
  private long total;
  private long undefined;

  /// @param high at least `low`
  /// @param bins at least 1
  public Histogram(double low, double high, int bins) {
    this.low = low;
    this.high = high;
    counts = new long[bins];
  }

  /// Takes a number; one beyond the range, which rounding can make, is in the outermost bin.
  public void add(double value) {
    if (!Double.isFinite(value)) {
      undefined++;
      return;
    }
    int bin = high > low ? (int) ((value - low) / (high - low) * counts.length) : 0;
    counts[Math.clamp(bin, 0, counts.length - 1)]++;
    total++;
  }

  /// Takes the numbers of another histogram of the same bins.
  public Histogram merge(Histogram other) {
    for (int bin = 0; bin < counts.length; bin++) {
      counts[bin] += other.counts[bin];
    }
    total += other.total;
    undefined += other.undefined;
    return this;
  }

  /// The number below which a share of all numbers lie, even within bins: off by a bin's width at most. NaN where there is none.
  ///
  /// @param share from 0 to 1
  public double quantile(double share) {
    if (total == 0) {
      return Double.NaN;
    }
    double wanted = share * total;
    double below = 0;
    for (int bin = 0; bin < counts.length; bin++) {
      if (counts[bin] > 0 && below + counts[bin] >= wanted) {
        return low + (bin + (wanted - below) / counts[bin]) * width();
      }
      below += counts[bin];
    }
    return high;
  }

  /// The quantiles at (i + 1/2)/n, ascending.
  public double[] quantiles(int n) {
    double[] quantiles = new double[n];
    long below = 0;
    int bin = 0;
    for (int i = 0; i < n; i++) {
      double wanted = (i + 0.5) / n * total;
      while (bin < counts.length - 1 && below + counts[bin] < wanted) {
        below += counts[bin++];
      }
      quantiles[i] = low + (bin + (counts[bin] == 0 ? 0.5 : (wanted - below) / counts[bin])) * width();
    }
    return quantiles;
  }

  /// Of a bin.
  public double width() {
    return (high - low) / counts.length;
  }

  public double low() {
    return low;
  }

  public double high() {
    return high;
  }

  /// [bins]
  public long[] counts() {
    return counts.clone();
  }

  /// How many were not finite.
  public long undefined() {
    return undefined;
  }
}
