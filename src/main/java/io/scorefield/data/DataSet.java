package io.scorefield.data;

import java.util.List;
import java.util.Optional;

/// Points to train on, and where known the distribution they were drawn from.
///
/// @param name for tables and messages
/// @param dimension D
/// @param points [N, D] row-major in data units; not copied
/// @param source the true distribution; empty for points from a file
/// @param components names of the components in their order: `x`, or whole fields such as `u[64]` and `k[16,16]`
public record DataSet(
    String name,
    int dimension,
    float[] points,
    Optional<Distribution> source,
    List<String> components) {
  /// The largest number of points accepted.
  public static final int MAX_NUMBERS = 1 << 29;

  /// A data set whose components have the usual names.
  public DataSet(String name, int dimension, float[] points, Optional<Distribution> source) {
    this(name, dimension, points, source, usualComponents(dimension));
  }

  /// x, y, z up to three components, else the field x[D].
  public static List<String> usualComponents(int dimension) {
    List<String> letters = List.of("x", "y", "z");
    return dimension <= letters.size()
        ? letters.subList(0, Math.max(0, dimension))
        : List.of("x[" + dimension + "]");
  }

  public DataSet {
    components = List.copyOf(components);
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
        Optional.of(distribution),
        distribution.components());
  }

  /// N.
  public int size() {
    return points.length / dimension;
  }
}
