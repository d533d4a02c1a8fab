package io.scorefield.spark.eval;

import io.scorefield.eval.Distances;
import io.scorefield.eval.Residuals;
import io.scorefield.physics.Constraint;
import java.util.Optional;

/// The numbers that are aggregated of every sample: its components, its projections to some directions, and the law's residual.
///
/// @param origin of the data, [D]
/// @param directions of the sliced distance; 0: no projections
/// @param laws whose residual is measured, if there are some
public record Measures(double[] origin, double[][] directions, Optional<Constraint> laws) {
  /// @param directions how many
  public static Measures of(double[] origin, int directions, Optional<Constraint> laws) {
    double[][] all = new double[directions][];
    for (int k = 0; k < directions; k++) {
      all[k] = Distances.direction(k, directions, origin.length);
    }
    return new Measures(origin, all, laws);
  }

  /// D + K + 1, or without the last where there is no law.
  public static int width(int dimension, int directions, boolean law) {
    return dimension + directions + (law ? 1 : 0);
  }

  /// Of every sample components and projections less the origin, and the mean of |r| over all residuals.
  ///
  /// @param block samples [n, D] less the origin
  /// @return [n, D + K + 1 or D + K]
  public double[][] of(float[] block) {
    int dimension = origin.length;
    int n = block.length / dimension;
    double[] residuals = laws.isPresent() ? new Residuals(origin).means(laws.get(), block) : new double[0];
    double[][] rows = new double[n][width(dimension, directions.length, laws.isPresent())];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimension; d++) {
        rows[i][d] = block[i * dimension + d];
      }
      for (int k = 0; k < directions.length; k++) {
        for (int d = 0; d < dimension; d++) {
          rows[i][dimension + k] += rows[i][d] * directions[k][d];
        }
      }
      if (laws.isPresent()) {
        rows[i][dimension + directions.length] = residuals[i];
      }
    }
    return rows;
  }
}
