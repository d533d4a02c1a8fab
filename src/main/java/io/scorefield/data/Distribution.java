package io.scorefield.data;

import java.util.List;
import java.util.Optional;

/// A probability distribution that points can be drawn from, without end.
public interface Distribution {
  /// A short name for tables and messages.
  String name();

  /// D.
  int dimension();

  /// Names of the components, see {@link DataSet}.
  default List<String> components() {
    return DataSet.usualComponents(dimension());
  }

  /// Points first .. first + count - 1 of the seed, [count, D]; point i is a function of (seed, i).
  float[] draw(long seed, long first, int count);

  /// The logarithm of a density.
  @FunctionalInterface
  interface LogDensity {
    /// ln p in nats; -infinity where no point is.
    ///
    /// @param point `[D]`
    double at(double[] point);

    /// The same of points [n, D].
    default double[] of(float[] points, int dimension) {
      double[] logs = new double[points.length / dimension];
      double[] point = new double[dimension];
      for (int i = 0; i < logs.length; i++) {
        for (int d = 0; d < dimension; d++) {
          point[d] = points[i * dimension + d];
        }
        logs[i] = at(point);
      }
      return logs;
    }
  }

  /// The density over all D components where it is known, with its factor, and a function.
  default Optional<LogDensity> logDensity() {
    return Optional.empty();
  }

  /// The density of what is no condition given the conditions, which points have as their last components; without
  /// conditions it is {@link #logDensity}.
  default Optional<LogDensity> conditionalDensity() {
    return logDensity();
  }

  /// Points 0 .. count - 1.
  default float[] draw(long seed, int count) {
    return draw(seed, 0, count);
  }
}
