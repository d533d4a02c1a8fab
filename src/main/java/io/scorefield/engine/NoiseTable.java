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
/// loss = weight * |o - target|^2 + physicsWeight * 1/2 |R(x*)|^2 + objectiveWeight * J(x*)
/// ```
///
/// Where physicsLimit is positive, a residual beyond it counts as the limit and has no gradient.
///
/// where x* = x0FromX * x_t + x0FromOutput * o if next is -1. Otherwise the network is evaluated once more, at the noise
/// level `next`, and gradients go through both evaluations:
///
/// ```
/// x'  = nextFromX * x_t + nextFromOutput * o
/// o'  = network(inputScale[next] * x', timeFeatures[next])
/// x*  = x0FromX[next] * x' + x0FromOutput[next] * o'
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
    double[] physicsWeight,
    double[] physicsLimit,
    double[] objectiveWeight,
    double[] nextFromX,
    double[] nextFromOutput,
    int[] next) {

  public NoiseTable {
    int rows = alpha.length;
    if (rows == 0 || timeFeatures.length != (long) rows * featureCount) {
      throw new IllegalArgumentException("a noise table needs rows of " + featureCount + " features");
    }
    for (double[] column :
        List.of(sigma, inputScale, targetX0, targetEps, weight, x0FromX, x0FromOutput, physicsWeight,
            physicsLimit, objectiveWeight, nextFromX, nextFromOutput)) {
      if (column.length != rows) {
        throw new IllegalArgumentException("the columns of a noise table must have equal lengths");
      }
    }
    if (next.length != rows || Arrays.stream(next).anyMatch(n -> n < -1 || n >= rows)) {
      throw new IllegalArgumentException("a noise table leads to a row that is not there");
    }
    for (double[] column :
        List.of(timeFeatures, alpha, sigma, inputScale, targetX0, targetEps, weight, x0FromX,
            x0FromOutput, physicsWeight, physicsLimit, objectiveWeight, nextFromX, nextFromOutput)) {
      if (Arrays.stream(column).anyMatch(value -> !Double.isFinite(value))) {
        throw new IllegalArgumentException("a noise table holds a number that is not finite");
      }
    }
  }

  /// R, the number of noise levels.
  public int rows() {
    return alpha.length;
  }

  /// Whether some row weights the residuals or the objective.
  public boolean usesPhysics() {
    return Arrays.stream(physicsWeight).anyMatch(w -> w != 0)
        || Arrays.stream(objectiveWeight).anyMatch(w -> w != 0);
  }

  /// Whether some row has a second evaluation.
  public boolean evaluatesTwice() {
    return Arrays.stream(next).anyMatch(n -> n >= 0);
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
      double physicsWeight,
      double physicsLimit,
      double objectiveWeight,
      double nextFromX,
      double nextFromOutput,
      int next) {
    /// A row without physics.
    public Row(
        double[] timeFeatures,
        double alpha,
        double sigma,
        double inputScale,
        double targetX0,
        double targetEps,
        double weight,
        double x0FromX,
        double x0FromOutput) {
      this(
          timeFeatures, alpha, sigma, inputScale, targetX0, targetEps, weight, x0FromX, x0FromOutput, 0, 0, 0, 0, 0, -1);
    }

    /// The same row with a physics term at x0hat.
    public Row withPhysics(double residuals, double objective) {
      return withPhysics(residuals, objective, 0, 0, -1);
    }

    /// The same row with a physics term, after one more evaluation unless `next` is -1.
    public Row withPhysics(
        double residuals, double objective, double nextFromX, double nextFromOutput, int next) {
      return new Row(
          timeFeatures, alpha, sigma, inputScale, targetX0, targetEps, weight, x0FromX, x0FromOutput, residuals,
          physicsLimit, objective, nextFromX, nextFromOutput, next);
    }

    /// The same row with a limit on residuals.
    public Row withPhysicsLimit(double limit) {
      return new Row(
          timeFeatures, alpha, sigma, inputScale, targetX0, targetEps, weight, x0FromX, x0FromOutput, physicsWeight,
          limit, objectiveWeight, nextFromX, nextFromOutput, next);
    }
  }

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
        rows.stream().mapToDouble(Row::physicsWeight).toArray(),
        rows.stream().mapToDouble(Row::physicsLimit).toArray(),
        rows.stream().mapToDouble(Row::objectiveWeight).toArray(),
        rows.stream().mapToDouble(Row::nextFromX).toArray(),
        rows.stream().mapToDouble(Row::nextFromOutput).toArray(),
        rows.stream().mapToInt(Row::next).toArray());
  }
}
