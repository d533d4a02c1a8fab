package io.scorefield.plot;

/// A rectangle of the plane.
record Bounds(double minX, double maxX, double minY, double maxY) {
  /// How far samples may widen the rectangle of the data, in sizes of these.
  private static final double FARTHEST = 3;

  /// The smallest rectangle around points given by their coordinates, but for outliers.
  static Bounds of(double[] x, double[] y) {
    return of(Limits.of(x), Limits.of(y));
  }

  private static Bounds of(Limits x, Limits y) {
    return new Bounds(x.least(), x.most(), y.least(), y.most());
  }

  /// The smallest rectangle around this one and another.
  Bounds with(Bounds other) {
    return new Bounds(
        Math.min(minX, other.minX),
        Math.max(maxX, other.maxX),
        Math.min(minY, other.minY),
        Math.max(maxY, other.maxY));
  }

  /// A rectangle that shows points [n, 2] of several samples: all of the first one but for outliers, and of the others
  /// what lies between the 1st and the 99th percentile and not absurdly far from the first; with a margin.
  static Bounds around(float[] whole, float[]... others) {
    Limits wholeX = Limits.of(coordinate(whole, 0));
    Limits wholeY = Limits.of(coordinate(whole, 1));
    Limits x = wholeX;
    Limits y = wholeY;
    double size = Math.max(wholeX.width(), wholeY.width());
    for (float[] points : others) {
      if (points.length > 0) {
        x = x.with(Limits.middle(coordinate(points, 0)).near(square(wholeX, size), FARTHEST));
        y = y.with(Limits.middle(coordinate(points, 1)).near(square(wholeY, size), FARTHEST));
      }
    }
    return of(x, y).widened(0.08);
  }

  /// Limits of the given width around the same middle.
  private static Limits square(Limits limits, double width) {
    double middle = (limits.least() + limits.most()) / 2;
    return new Limits(middle - width / 2, middle + width / 2);
  }

  private static double[] coordinate(float[] points, int d) {
    double[] values = new double[points.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = points[2 * i + d];
    }
    return values;
  }

  /// How many of the points [n, 2] lie outside.
  long outside(float[] points) {
    long count = 0;
    for (int i = 0; i < points.length / 2; i++) {
      count += contains(points[2 * i], points[2 * i + 1]) ? 0 : 1;
    }
    return count;
  }

  /// Larger by a share of the larger side on all sides.
  Bounds widened(double share) {
    double size = Math.max(new Limits(minX, maxX).wideEnough().width(), new Limits(minY, maxY).wideEnough().width());
    double margin = share * Math.max(size, 1e-6);
    return new Bounds(minX - margin, maxX + margin, minY - margin, maxY + margin);
  }

  boolean contains(double x, double y) {
    return x >= minX && x <= maxX && y >= minY && y <= maxY;
  }
}
