package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Objective.Estimate;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan.Combination;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.VariancePreserving;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The columns of training with a law against the formulas of the paper, written out.
class PhysicsColumnsTest {
  private static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(100);
  private static final Tape CIRCLE = Constraint.sphere(2, 1).tape();

  private static NoiseTable table(
      Parameterization parameterization, Estimate estimate, Objective.Reduction reduction) {
    Diffuser diffuser =
        new Diffuser(COSINE, parameterization, new TimeEmbedding.Bare(1), Scaling.identity(2));
    return diffuser.noiseTable(
        new Objective(
            Weighting.NONE, reduction,
            new Objective.Physics(estimate, 0.1, Objective.Spread.POSTERIOR, 7.44, Combination.SUM)),
        Optional.of(CIRCLE));
  }

  /// Sigma_t = (1 - alphaBar_{t-1}) / (1 - alphaBar_t) beta_t.
  private static double sigma(int t) {
    return COSINE.oneMinusAlphaBar(t - 1) / COSINE.oneMinusAlphaBar(t) * COSINE.beta(t);
  }

  @Test
  void theLawWeighsCOverSigma() {
    NoiseTable table = table(Parameterization.X0, Estimate.MEAN, Objective.Reduction.SUM);
    for (int t = 1; t <= 100; t++) {
      double expected = 0.1 / sigma(Math.max(t, 2));
      assertThat(table.get(NoiseColumn.PHYSICS_WEIGHT, t - 1)).isCloseTo(expected, within(1e-9 * expected));
      double limit = 7.44 * Math.sqrt(sigma(Math.max(t, 2)));
      assertThat(table.get(NoiseColumn.PHYSICS_LIMIT, t - 1)).isCloseTo(limit, within(1e-9 * limit));
      assertThat(table.next(t - 1)).isEqualTo(-1);
      assertThat(table.get(NoiseColumn.OBJECTIVE_WEIGHT, t - 1)).isZero();
    }
    // Spread over the levels as mathematics says: by a factor of 2475.
    assertThat(table.get(NoiseColumn.PHYSICS_WEIGHT, 0) / table.get(NoiseColumn.PHYSICS_WEIGHT, 99)).isBetween(1000.0, 5000.0);
  }

  private static NoiseTable beside(Weighting weighting, Parameterization parameterization, Objective.Spread spread) {
    Diffuser diffuser =
        new Diffuser(COSINE, parameterization, new TimeEmbedding.Bare(1), Scaling.identity(2));
    return diffuser.noiseTable(
        new Objective(
            weighting, Objective.Reduction.MEAN,
            new Objective.Physics(Estimate.MEAN, 0.3, spread, 0, Combination.SUM)),
        Optional.of(CIRCLE));
  }

  @ParameterizedTest
  @EnumSource(value = Parameterization.class, mode = EnumSource.Mode.EXCLUDE, names = "VELOCITY")
  void theLawCanWeighAsTheDataDo(Parameterization parameterization) {
    NoiseTable table = beside(Weighting.MIN_SNR_5, parameterization, Objective.Spread.DATA);
    for (int row = 0; row < 100; row++) {
      // What an error of x0hat of size 1 costs, times 0.3; the data's mean is over two components, the law's over one
      // residual, of which half the square counts.
      double output = 1 / table.get(NoiseColumn.X0_FROM_OUTPUT, row);
      double expected = 0.3 * 2 * (2 * table.get(NoiseColumn.WEIGHT, row)) * output * output;
      assertThat(table.get(NoiseColumn.PHYSICS_WEIGHT, row)).isCloseTo(expected, within(1e-9 * expected));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Parameterization.class, mode = EnumSource.Mode.EXCLUDE, names = "VELOCITY")
  void theLawCanWeighLessWhereThereIsMuchNoise(Parameterization parameterization) {
    NoiseTable data = beside(Weighting.MIN_SNR_5, parameterization, Objective.Spread.DATA);
    NoiseTable signal = beside(Weighting.MIN_SNR_5, parameterization, Objective.Spread.SIGNAL);
    for (int row = 0; row < 100; row++) {
      double expected = data.get(NoiseColumn.PHYSICS_WEIGHT, row) * (1 - COSINE.oneMinusAlphaBar(row + 1));
      assertThat(signal.get(NoiseColumn.PHYSICS_WEIGHT, row)).isCloseTo(expected, within(1e-9 * expected));
    }
  }

  /// min-snr-5 with an upper bound only, clipped-snr with both.
  @Test
  void weightsFollowTheSignalToNoiseRatioBetweenTheirBounds() {
    NoiseTable upper = beside(Weighting.MIN_SNR_5, Parameterization.X0, Objective.Spread.DATA);
    NoiseTable both = beside(Weighting.CLIPPED_SNR, Parameterization.X0, Objective.Spread.DATA);
    for (int row = 0; row < 100; row++) {
      double ratio = 1 / COSINE.oneMinusAlphaBar(row + 1) - 1;
      double expected = ratio < 0.1 ? 0.1 : ratio > 5 ? 5 : ratio;
      assertThat(2 * both.get(NoiseColumn.WEIGHT, row)).isCloseTo(expected, within(1e-9));
      assertThat(2 * upper.get(NoiseColumn.WEIGHT, row)).isCloseTo(Math.min(ratio, 5), within(1e-9));
    }
    assertThat(2 * both.get(NoiseColumn.WEIGHT, 99)).isEqualTo(0.1);
  }

  @ParameterizedTest
  @EnumSource(value = Parameterization.class, mode = EnumSource.Mode.EXCLUDE, names = "VELOCITY")
  void sampleEstimationIsOneDdimStepToTheFirstLevel(Parameterization parameterization) {
    NoiseTable table = table(parameterization, Estimate.SAMPLE, Objective.Reduction.MEAN);
    assertThat(table.next(0)).isEqualTo(-1);
    double x = 0.7;
    double o = -0.3;
    for (int t = 2; t <= 100; t++) {
      int row = t - 1;
      assertThat(table.next(row)).isZero();
      double x0 = table.get(NoiseColumn.X0_FROM_X, row) * x + table.get(NoiseColumn.X0_FROM_OUTPUT, row) * o;
      double eps = (x - COSINE.alpha(t) * x0) / COSINE.sigma(t);
      double expected = COSINE.alpha(1) * x0 + COSINE.sigma(1) * eps;
      double own = table.get(NoiseColumn.NEXT_FROM_X, row) * x + table.get(NoiseColumn.NEXT_FROM_OUTPUT, row) * o;
      assertThat(own).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
    }
  }

  @Test
  void continuousTimeAndAMissingLawAreRefused() {
    Objective objective =
        new Objective(
            Weighting.NONE, Objective.Reduction.SUM,
            new Objective.Physics(
                Estimate.MEAN, 0.1, Objective.Spread.POSTERIOR, 0, Combination.SUM));
    Diffuser continuous =
        new Diffuser(
            new VariancePreserving(0.1, 20, 1e-3, 1e-5), Parameterization.EPS, new TimeEmbedding.Bare(1),
            Scaling.identity(2));
    assertThatThrownBy(() -> continuous.noiseTable(objective, Optional.of(CIRCLE)))
        .hasMessageContaining("discrete schedule");
    Diffuser discrete =
        new Diffuser(COSINE, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(2));
    assertThatThrownBy(() -> discrete.noiseTable(objective, Optional.empty()))
        .hasMessageContaining("needs a law");
  }
}
