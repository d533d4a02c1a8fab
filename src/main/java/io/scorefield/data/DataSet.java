package io.scorefield.data;

import java.util.Optional;

/// Points to train on, and where known the distribution they were drawn from.
///
/// @param name for tables and messages
/// @param dimension D
/// @param points [N, D] row-major in data units; not copied
/// @param source the true distribution; empty for points from a file
public record DataSet(String name, int dimension, float[] points, Optional<Distribution> source) {
  /// The largest number of points accepted.
  public static final int MAX_NUMBERS = 1 << 29;

  public DataSet {
    if (dimension < 1 || points.length == 0 || points.length % dimension != 0) {
      throw new IllegalArgumentException(
          "data set '" + name + "' has " + points.length + " numbers, which are not points of "
              + dimension + " components");
    }
    for (int i = 0; i < points.length; i++) {
      if (!Float.isFinite(points[i])) {
        throw new IllegalArgumentException(
            "data set '" + name + "': component " + i % dimension + " of point " + i / dimension
                + " is " + points[i] + "; every number must be finite");
      }
    }
  }

  /// The first `count` points of a distribution.
  public static DataSet draw(Distribution distribution, int count, long seed) {
    if (count < 1 || (long) count * distribution.dimension() > MAX_NUMBERS) {
      throw new IllegalArgumentException("cannot draw " + count + " points");
    }
    return new DataSet(
        distribution.name(),
        distribution.dimension(),
        distribution.draw(seed, count),
        Optional.of(distribution));
  }

  /// N.
  public int size() {
    return points.length / dimension;
  }
}
