package io.scorefield.plot;

import java.util.Arrays;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/// A rectangle of the plane.
record Bounds(double minX, double maxX, double minY, double maxY) {
  /// The smallest rectangle around points given by their coordinates.
  static Bounds of(double[] x, double[] y) {
    return new Bounds(
        Arrays.stream(x).min().orElse(0),
        Arrays.stream(x).max().orElse(1),
        Arrays.stream(y).min().orElse(0),
        Arrays.stream(y).max().orElse(1));
  }

  /// The smallest rectangle around this one and another.
  Bounds with(Bounds other) {
    return new Bounds(
        Math.min(minX, other.minX),
        Math.max(maxX, other.maxX),
        Math.min(minY, other.minY),
        Math.max(maxY, other.maxY));
  }

  /// A rectangle that shows points [n, 2] of several samples: all of the first one, and of the others
  /// what lies between the 1st and the 99th percentile; with a margin.
  static Bounds around(float[] whole, float[]... others) {
    Bounds bounds = of(coordinate(whole, 0), coordinate(whole, 1));
    for (float[] points : others) {
      double[] x = coordinate(points, 0);
      double[] y = coordinate(points, 1);
      bounds =
          new Bounds(
              Math.min(bounds.minX, quantile(x, 1)),
              Math.max(bounds.maxX, quantile(x, 99)),
              Math.min(bounds.minY, quantile(y, 1)),
              Math.max(bounds.maxY, quantile(y, 99)));
    }
    return bounds.widened(0.08);
  }

  private static double[] coordinate(float[] points, int d) {
    double[] values = new double[points.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = points[2 * i + d];
    }
    return values;
  }

  private static double quantile(double[] values, double percent) {
    return new Percentile(percent).evaluate(values);
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
