package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.ProgramInterpreter;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VariancePreserving;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassifierFreeTest {
  private static final NoiseSchedule VP = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
  private static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(20);

  private static Diffuser diffuser(NoiseSchedule schedule, Parameterization parameterization) {
    return new Diffuser(schedule, parameterization, new TimeEmbedding.Bare(1), Scaling.identity(2));
  }

  /// The output that stands for the score of N(centre, deviation^2 I), noised.
  private static double[] output(Diffuser diffuser, StepRow row, double[] x, double[] centre, double deviation) {
    double alpha = diffuser.schedule().alpha(row.time());
    double sigma = diffuser.schedule().sigma(row.time());
    double variance = alpha * alpha * deviation * deviation + sigma * sigma;
    double[] o = new double[2];
    for (int d = 0; d < 2; d++) {
      o[d] = diffuser.coefficients(row.time()).outputOfEps(sigma * (x[d] - alpha * centre[d]) / variance, x[d]);
    }
    return o;
  }

  private static double[] conditional(Diffuser diffuser, StepRow row, double[] x) {
    return output(diffuser, row, x, new double[] {1, -0.5}, 0.4);
  }

  private static double[] unconditional(Diffuser diffuser, StepRow row, double[] x) {
    return output(diffuser, row, x, new double[] {0.2, 0.1}, 1.1);
  }

  /// A guided program is the plain one with the guided score, whatever the sampler remembers.
  @Test
  void combinesScores() {
    double w = 1.7;
    Map<Sampler, NoiseSchedule> samplers = new HashMap<>();
    samplers.put(new EulerMaruyamaSampler(15), VP);
    samplers.put(FlowSampler.heun(8), VP);
    samplers.put(new PredictorCorrector(6, 2, 0.1), VP);
    samplers.put(new MultistepSolver(TimeGrid.uniform(9), 0), VP);
    samplers.put(new MultistepSolver(TimeGrid.uniform(9), 1), COSINE);
    samplers.put(new GradientEstimationSampler(TimeGrid.uniform(9), 2, 0.1), VP);
    samplers.put(new ChurnSampler(TimeGrid.uniform(9), 3, 0.05, 50, 1.003), VP);
    samplers.put(AncestralSampler.ddpm(), COSINE);
    samplers.put(new AncestralSampler(7, 0), COSINE);
    samplers.forEach(
        (sampler, schedule) -> {
          for (Parameterization parameterization : Parameterization.values()) {
            if (parameterization == Parameterization.VELOCITY && schedule == COSINE) {
              continue; // a discrete schedule has no velocity
            }
            Diffuser diffuser = diffuser(schedule, parameterization);
            StepProgram plain = diffuser.program(sampler, new Guidance.None());
            StepProgram guided = diffuser.program(sampler, new ClassifierFree(w));
            assertThat(guided.networkEvaluations()).isEqualTo(2 * plain.networkEvaluations());
            for (int sample = 0; sample < 3; sample++) {
              double[] expected =
                  ProgramInterpreter.run(
                      plain, PhysicsTerm.none(),
                      (row, x) -> {
                        double[] with = conditional(diffuser, row, x);
                        double[] without = unconditional(diffuser, row, x);
                        return new double[] {
                          (1 + w) * with[0] - w * without[0], (1 + w) * with[1] - w * without[1]
                        };
                      },
                      3, sample, 2);
              double[] actual =
                  ProgramInterpreter.run(
                      guided, PhysicsTerm.none(),
                      (row, x) -> row.condition() == 0 ? unconditional(diffuser, row, x) : conditional(diffuser, row, x),
                      3, sample, 2);
              assertThat(actual).as("%s, %s", sampler, parameterization).containsExactly(expected, within(1e-9));
            }
          }
        });
  }

  @Test
  void theOrdinaryModelsCostOneEvaluation() {
    Diffuser diffuser = diffuser(VP, Parameterization.EPS);
    StepProgram plain = diffuser.program(FlowSampler.heun(4), new Guidance.None());
    assertThat(diffuser.program(FlowSampler.heun(4), new ClassifierFree(0)))
        .usingRecursiveComparison()
        .isEqualTo(plain);
    StepProgram without = diffuser.program(FlowSampler.heun(4), ClassifierFree.UNCONDITIONAL);
    assertThat(without.networkEvaluations()).isEqualTo(plain.networkEvaluations());
    assertThat(without.rows().stream().filter(StepRow::usesNetwork)).allMatch(row -> row.condition() == 0);
    assertThatThrownBy(() -> new ClassifierFree(-1.5)).hasMessageContaining("must be >= -1");
  }

  /// Rows are drawn uniformly, so the share of rows is that of examples.
  @Test
  void dropsConditionsOfAShareOfEveryLevel() {
    for (double share : List.of(0.1, 0.25, 0.07, 1.0)) {
      Objective objective =
          new Objective(Weighting.NONE, Objective.Reduction.MEAN, Objective.Physics.none(), share);
      NoiseTable table = diffuser(COSINE, Parameterization.EPS).noiseTable(objective);
      assertThat((long) table.rows()).isEqualTo(objective.rows(20, true));
      double[] without = new double[20];
      for (int row = 0; row < table.rows(); row++) {
        // Levels are where they are without dropping.
        assertThat(table.get(NoiseColumn.SIGMA, row)).isEqualTo(COSINE.sigma(row % 20 + 1));
        without[row % 20] += table.get(NoiseColumn.CONDITION, row) == 0 ? 1 : 0;
      }
      for (double count : without) {
        assertThat(count * 20 / table.rows()).isCloseTo(share, within(1e-12));
      }
      NoiseTable continuous = diffuser(VP, Parameterization.EPS).noiseTable(objective);
      assertThat(continuous.rows()).isEqualTo(Objective.CONTINUOUS_ROWS);
      long dropped = 0;
      for (int row = 0; row < continuous.rows(); row++) {
        dropped += continuous.get(NoiseColumn.CONDITION, row) == 0 ? 1 : 0;
      }
      assertThat((double) dropped / continuous.rows()).isCloseTo(share, within(100.0 / Objective.CONTINUOUS_ROWS));
    }
    assertThatThrownBy(() -> new Objective(Weighting.NONE, Objective.Reduction.MEAN, Objective.Physics.none(), 0.123))
        .hasMessageContaining("whole hundredths");
  }
}
