package io.scorefield.engine;

import java.util.Arrays;
import java.util.List;

/// What training needs to know of the noise levels: one row a level, drawn uniformly.
///
/// An example with row r has the noisy state x_t = alpha x_0 + sigma eps; the network sees
/// inputScale * x_t and the time features; its output o is compared with the target
/// targetX0 * x_0 + targetEps * eps:
///
/// ```
/// loss = weight * |o - target|^2 + physicsWeight * 1/2 |R(x0FromX * x_t + x0FromOutput * o)|^2
/// ```
///
/// The engine does not know which parameterisation, schedule or weighting the numbers came from.
///
/// @param timeFeatures [R, E] row-major
/// @param alpha [R], and likewise all the other columns
public record NoiseTable(
    int featureCount,
    double[] timeFeatures,
    double[] alpha,
    double[] sigma,
    double[] inputScale,
    double[] targetX0,
    double[] targetEps,
    double[] weight,
    double[] x0FromX,
    double[] x0FromOutput,
    double[] physicsWeight) {

  public NoiseTable {
    int rows = alpha.length;
    if (rows == 0 || timeFeatures.length != (long) rows * featureCount) {
      throw new IllegalArgumentException("a noise table needs rows of " + featureCount + " features");
    }
    for (double[] column :
        List.of(sigma, inputScale, targetX0, targetEps, weight, x0FromX, x0FromOutput, physicsWeight)) {
      if (column.length != rows) {
        throw new IllegalArgumentException("the columns of a noise table must have equal lengths");
      }
    }
    for (double[] column :
        List.of(timeFeatures, alpha, sigma, inputScale, targetX0, targetEps, weight, x0FromX,
            x0FromOutput, physicsWeight)) {
      if (Arrays.stream(column).anyMatch(value -> !Double.isFinite(value))) {
        throw new IllegalArgumentException("a noise table holds a number that is not finite");
      }
    }
  }

  /// R, the number of noise levels.
  public int rows() {
    return alpha.length;
  }

  /// One noise level, the row form of the table.
  public record Row(
      double[] timeFeatures,
      double alpha,
      double sigma,
      double inputScale,
      double targetX0,
      double targetEps,
      double weight,
      double x0FromX,
      double x0FromOutput,
      double physicsWeight) {}

  /// Collects rows into a table.
  public static NoiseTable of(List<Row> rows) {
    int features = rows.isEmpty() ? 0 : rows.getFirst().timeFeatures().length;
    double[] flat = new double[rows.size() * features];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i).timeFeatures(), 0, flat, i * features, features);
    }
    return new NoiseTable(
        features,
        flat,
        rows.stream().mapToDouble(Row::alpha).toArray(),
        rows.stream().mapToDouble(Row::sigma).toArray(),
        rows.stream().mapToDouble(Row::inputScale).toArray(),
        rows.stream().mapToDouble(Row::targetX0).toArray(),
        rows.stream().mapToDouble(Row::targetEps).toArray(),
        rows.stream().mapToDouble(Row::weight).toArray(),
        rows.stream().mapToDouble(Row::x0FromX).toArray(),
        rows.stream().mapToDouble(Row::x0FromOutput).toArray(),
        rows.stream().mapToDouble(Row::physicsWeight).toArray());
  }
}
