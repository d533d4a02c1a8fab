package io.scorefield.plot;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/// A rectangle of the plane.
record Bounds(double minX, double maxX, double minY, double maxY) {
  /// The smallest rectangle around points [n, 2] of several samples, leaving out the farthest
  /// thousandth at each side, with a margin.
  static Bounds around(float[]... samples) {
    int n = 0;
    for (float[] sample : samples) {
      n += sample.length / 2;
    }
    double[] x = new double[n];
    double[] y = new double[n];
    int at = 0;
    for (float[] sample : samples) {
      for (int i = 0; i + 1 < sample.length; i += 2, at++) {
        x[at] = sample[i];
        y[at] = sample[i + 1];
      }
    }
    return new Bounds(low(x), high(x), low(y), high(y)).widened(0.08);
  }

  private static double low(double[] values) {
    return new Percentile(0.1).evaluate(values);
  }

  private static double high(double[] values) {
    return new Percentile(99.9).evaluate(values);
  }

  /// Larger by a share of the larger side on all sides.
  Bounds widened(double share) {
    double margin = share * Math.max(Math.max(maxX - minX, maxY - minY), 1e-6);
    return new Bounds(minX - margin, maxX + margin, minY - margin, maxY + margin);
  }

  boolean contains(double x, double y) {
    return x >= minX && x <= maxX && y >= minY && y <= maxY;
  }
}
