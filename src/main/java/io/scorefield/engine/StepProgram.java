package io.scorefield.engine;

import java.util.List;

/// A sampler compiled to a table: the rows are executed first to last on every sample.
///
/// @param featureCount E, the number of time features of a row that uses the network
/// @param priorScale standard deviation of the normal state that sampling starts from
/// @param rows see {@link StepRow}
public record StepProgram(int featureCount, double priorScale, List<StepRow> rows) {
  public StepProgram {
    rows = List.copyOf(rows);
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

  /// How often the network is evaluated for one sample.
  public int networkEvaluations() {
    return (int) rows.stream().filter(StepRow::usesNetwork).count();
  }

  /// Whether any row needs a {@link PhysicsTerm}.
  public boolean usesPhysics() {
    return rows.stream().anyMatch(StepRow::usesPhysics);
  }
}
