package io.scorefield.engine;

import java.util.Arrays;
import java.util.List;

/// A sampler compiled to a table: the rows are executed first to last on every sample.
///
/// @param featureCount E, the number of time features of a row that uses the network
/// @param priorScale standard deviation of the normal state that sampling starts from
/// @param rows see {@link StepRow}
/// @param lowest by component, `[D]`, in units of the state: of x0hat where a row clips, of the state where a row
///     confines; empty where none does either
/// @param highest likewise
/// @param boundaries of the state where a row confines, `[D]`; empty where none does
/// @param given what the last components of the state start from instead of noise: conditions, which no row need change
public record StepProgram(
    int featureCount,
    double priorScale,
    List<StepRow> rows,
    double[] lowest,
    double[] highest,
    List<Boundary> boundaries,
    double[] given) {
  /// A program that neither clips nor confines.
  public StepProgram(int featureCount, double priorScale, List<StepRow> rows) {
    this(featureCount, priorScale, rows, new double[0], new double[0]);
  }

  /// A program that does not confine.
  public StepProgram(
      int featureCount, double priorScale, List<StepRow> rows, double[] lowest, double[] highest) {
    this(featureCount, priorScale, rows, lowest, highest, List.of());
  }

  /// A program without conditions.
  public StepProgram(
      int featureCount,
      double priorScale,
      List<StepRow> rows,
      double[] lowest,
      double[] highest,
      List<Boundary> boundaries) {
    this(featureCount, priorScale, rows, lowest, highest, boundaries, new double[0]);
  }

  public StepProgram {
    rows = List.copyOf(rows);
    boundaries = List.copyOf(boundaries);
    boolean confines = rows.stream().anyMatch(StepRow::confines);
    if (confines && (boundaries.isEmpty() || boundaries.size() != lowest.length)) {
      throw new IllegalArgumentException("a row confines, but the program has no boundaries for its components");
    }
    if (confines && rows.stream().anyMatch(StepRow::clip)) {
      throw new IllegalArgumentException("a program clips or confines, not both");
    }
    lowest = lowest.clone();
    highest = highest.clone();
    given = given.clone();
    if (!Arrays.stream(given).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a condition that samples start from is not finite");
    }
    if (lowest.length != highest.length) {
      throw new IllegalArgumentException("the bounds of x0hat must be for the same components");
    }
    for (int d = 0; d < lowest.length; d++) {
      lowest[d] += 0.0; // -0.0 and 0.0 are one bound
      highest[d] += 0.0;
      if (!(lowest[d] <= highest[d]) || Double.isInfinite(lowest[d]) || Double.isInfinite(highest[d])) {
        throw new IllegalArgumentException(
            "x0hat cannot be kept between " + lowest[d] + " and " + highest[d]);
      }
      if (!boundaries.isEmpty() && boundaries.get(d) != Boundary.OPEN && lowest[d] == highest[d]) {
        throw new IllegalArgumentException("component " + d + " has no room between its boundaries");
      }
    }
    if (lowest.length == 0 && rows.stream().anyMatch(StepRow::clip)) {
      throw new IllegalArgumentException("a row clips, but the program has no bounds");
    }
    if (!(priorScale >= 0) || Double.isInfinite(priorScale)) {
      throw new IllegalArgumentException("the prior scale is " + priorScale);
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).usesNetwork() && rows.get(i).timeFeatures().length != featureCount) {
        throw new IllegalArgumentException(
            "row " + i + " has " + rows.get(i).timeFeatures().length + " time features, not "
                + featureCount);
      }
    }
  }

  /// A copy, as of the other arrays.
  @Override
  public double[] lowest() {
    return lowest.clone();
  }

  @Override
  public double[] highest() {
    return highest.clone();
  }

  @Override
  public double[] given() {
    return given.clone();
  }

  /// The lower bound of a component.
  public double lowest(int component) {
    return lowest[component];
  }

  /// The upper bound of a component.
  public double highest(int component) {
    return highest[component];
  }

  /// The same sampler with other rows.
  public StepProgram withRows(List<StepRow> others) {
    return new StepProgram(featureCount, priorScale, others, lowest, highest, boundaries, given);
  }

  /// The same sampler with conditions that its samples start from.
  public StepProgram withGiven(double... conditions) {
    return new StepProgram(featureCount, priorScale, rows, lowest, highest, boundaries, conditions);
  }

  /// How often the network is evaluated for one sample.
  public int networkEvaluations() {
    return (int) rows.stream().filter(StepRow::usesNetwork).count();
  }

  /// How many rows test a proposal.
  public int testingRows() {
    return (int) rows.stream().filter(StepRow::tests).count();
  }

  /// How many rows have a gradient of the physics term.
  public int guidedRows() {
    return (int) rows.stream().filter(StepRow::usesGradient).count();
  }

  /// Whether a row adds a divergence to l.
  public boolean diverges() {
    return rows.stream().anyMatch(StepRow::diverges);
  }

  /// Whether rows have the register e.
  public boolean usesEarlier() {
    return uses(RowUse.EARLIER) || uses(RowUse.SHIFTS);
  }

  /// Whether rows have the register `kept`.
  public boolean usesKept() {
    return uses(RowUse.KEEPS) || uses(RowUse.COMBINES);
  }

  private boolean uses(RowUse use) {
    return rows.stream().anyMatch(row -> row.uses(use));
  }

  /// Whether something goes back through the network.
  public boolean goesBack() {
    return guidedRows() > 0 || diverges();
  }

  /// What one sample costs.
  ///
  /// @param dimension D
  /// @param physics of the call, on which the iterations of solvers and projections depend
  public StepCost cost(int dimension, PhysicsTerm physics) {
    return rows.stream().map(row -> StepCost.of(row, dimension, physics)).reduce(StepCost.NONE, StepCost::plus);
  }

  /// Whether any row needs a {@link PhysicsTerm}.
  public boolean usesPhysics() {
    return rows.stream().anyMatch(row -> row.usesPhysics() || row.tests());
  }
}
