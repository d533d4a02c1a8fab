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
/// where x* = x0FromX * x_t + x0FromOutput * o if next is -1. Otherwise the network is evaluated once more, at the noise
/// level `next`, and gradients go through both evaluations:
///
/// ```
/// x'  = nextFromX * x_t + nextFromOutput * o
/// o'  = network(inputScale[next] * x', timeFeatures[next])
/// x*  = x0FromX[next] * x' + x0FromOutput[next] * o'
/// ```
///
/// The last components of the state are conditions: they are x_0 in x_t, x' and x*, the network is given `condition` times
/// them, without the input scale and in both evaluations alike, and they have no part in |o - target|^2. So where rows
/// with condition = 0 are a share p of the table, the network learns without conditions with probability p.
///
/// Where physicsLimit is positive, a residual beyond it counts as the limit and has no gradient.
///
/// The engine does not know which parameterisation, schedule or weighting the numbers came from.
///
/// @param timeFeatures [R, E] row-major
/// @param columns `[columns][R]`, in the order of {@link NoiseColumn}
/// @param conditions how many of the last components of the state are conditions
public record NoiseTable(int featureCount, double[] timeFeatures, double[][] columns, int conditions) {
  /// A table without conditions.
  public NoiseTable(int featureCount, double[] timeFeatures, double[][] columns) {
    this(featureCount, timeFeatures, columns, 0);
  }

  public NoiseTable {
    if (conditions < 0) {
      throw new IllegalArgumentException(conditions + " components cannot be conditions");
    }
    int rows = columns[0].length;
    if (rows == 0 || timeFeatures.length != (long) rows * featureCount) {
      throw new IllegalArgumentException("a noise table needs rows of " + featureCount + " features");
    }
    if (columns.length != NoiseColumn.COUNT || !Arrays.stream(columns).allMatch(c -> c.length == rows)) {
      throw new IllegalArgumentException("the columns of a noise table must have equal lengths");
    }
    if (!areFinite(timeFeatures) || !Arrays.stream(columns).allMatch(NoiseTable::areFinite)) {
      throw new IllegalArgumentException("a noise table holds a number that is not finite");
    }
    for (double next : columns[NoiseColumn.NEXT.ordinal()]) {
      if (next < -1 || next >= rows || next != (int) next) {
        throw new IllegalArgumentException("a noise table leads to a row that is not there");
      }
    }
  }

  // Tables have millions of numbers, and streams take many times as long.
  private static boolean areFinite(double[] numbers) {
    for (double number : numbers) {
      if (!Double.isFinite(number)) {
        return false;
      }
    }
    return true;
  }

  /// The same table for states whose last components are conditions.
  public NoiseTable withConditions(int count) {
    return count == conditions ? this : new NoiseTable(featureCount, timeFeatures, columns, count);
  }

  /// How many components of the state are noised.
  ///
  /// @param dimension D
  public int noised(int dimension) {
    return dimension - conditions;
  }

  /// R, the number of noise levels.
  public int rows() {
    return columns[0].length;
  }

  /// The number of a column in a row.
  public double get(NoiseColumn column, int row) {
    return columns[column.ordinal()][row];
  }

  /// The row of the second evaluation, or -1.
  public int next(int row) {
    return (int) get(NoiseColumn.NEXT, row);
  }

  /// Whether some row weights the residuals or the objective.
  public boolean usesPhysics() {
    return any(NoiseColumn.PHYSICS_WEIGHT) || any(NoiseColumn.OBJECTIVE_WEIGHT);
  }

  private boolean any(NoiseColumn weight) {
    return Arrays.stream(columns[weight.ordinal()]).anyMatch(w -> w != 0);
  }

  /// Whether some row has a second evaluation.
  public boolean evaluatesTwice() {
    return Arrays.stream(columns[NoiseColumn.NEXT.ordinal()]).anyMatch(next -> next >= 0);
  }

  /// One noise level, the row form of the table.
  ///
  /// @param columns in the order of {@link NoiseColumn}
  public record Row(double[] timeFeatures, double[] columns) {
    private static final double[] ORDINARY = Column.ordinary(NoiseColumn.values());

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
      this(timeFeatures, ORDINARY.clone());
      put(NoiseColumn.ALPHA, alpha);
      put(NoiseColumn.SIGMA, sigma);
      put(NoiseColumn.INPUT_SCALE, inputScale);
      put(NoiseColumn.TARGET_X0, targetX0);
      put(NoiseColumn.TARGET_EPS, targetEps);
      put(NoiseColumn.WEIGHT, weight);
      put(NoiseColumn.X0_FROM_X, x0FromX);
      put(NoiseColumn.X0_FROM_OUTPUT, x0FromOutput);
    }

    private void put(NoiseColumn column, double value) {
      columns[column.ordinal()] = value;
    }

    public double get(NoiseColumn column) {
      return columns[column.ordinal()];
    }

    /// The same row with another number in a column.
    public Row with(NoiseColumn column, double value) {
      double[] changed = columns.clone();
      changed[column.ordinal()] = value;
      return new Row(timeFeatures, changed);
    }

    /// The same row with a physics term at x0hat.
    public Row withPhysics(double residuals, double objective) {
      return with(NoiseColumn.PHYSICS_WEIGHT, residuals).with(NoiseColumn.OBJECTIVE_WEIGHT, objective);
    }

    /// The same row with a physics term after one more evaluation.
    public Row withPhysics(
        double residuals, double objective, double nextFromX, double nextFromOutput, int next) {
      return withPhysics(residuals, objective)
          .with(NoiseColumn.NEXT_FROM_X, nextFromX)
          .with(NoiseColumn.NEXT_FROM_OUTPUT, nextFromOutput)
          .with(NoiseColumn.NEXT, next);
    }
  }

  /// Collects rows into a table.
  public static NoiseTable of(List<Row> rows) {
    int features = rows.isEmpty() ? 0 : rows.getFirst().timeFeatures().length;
    double[] all = new double[rows.size() * features];
    double[][] columns = new double[NoiseColumn.COUNT][rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      System.arraycopy(row.timeFeatures, 0, all, i * features, features);
      for (int c = 0; c < columns.length; c++) {
        columns[c][i] = row.columns[c];
      }
    }
    return new NoiseTable(features, all, columns);
  }
}
