package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Value;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.VarianceExploding;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdaptiveGridTest {
  private static final int STARTS = 30;
  private static final VarianceExploding SCHEDULE = new VarianceExploding(0.05, 10, 1e-3);
  static final GaussianMixture DATA =
      new GaussianMixture(
          "two", new double[] {0.4, 0.6}, new double[][] {{-1, 0.5}, {1, -0.2}},
          new double[][][] {{{0.05, 0.01}, {0.01, 0.1}}, {{0.1, 0}, {0, 0.03}}});

  /// t is the one feature: sigma^2 = exp(2 (ln 0.05 + t ln 200)), and the input is x / sqrt(1 + sigma^2).
  static final Network EXACT =
      ExactScore.of(
          DATA, 1,
          new ExactScore.Level() {
            @Override
            public Value alpha(ProgramBuilder b, Value features) {
              return b.shift(b.scale(features, 0), 1);
            }

            @Override
            public Value variance(ProgramBuilder b, Value features) {
              return AdaptiveGridTest.variance(b, features);
            }
          },
          (b, features) -> b.sqrt(b.shift(variance(b, features), 1)));

  private static Value variance(ProgramBuilder b, Value features) {
    return b.exp(b.shift(b.scale(features, 2 * Math.log(200)), 2 * Math.log(0.05)));
  }

  static Diffuser diffuser() {
    return new Diffuser(SCHEDULE, Parameterization.SCORE, new TimeEmbedding.Bare(1), Scaling.identity(2));
  }

  private static double error(Diffuser diffuser, TimeGrid levels) {
    ExactMixture exact = new ExactMixture(diffuser, DATA);
    double sum = 0;
    Random random = new Random(3);
    for (int i = 0; i < STARTS; i++) {
      double[] start = {10 * random.nextGaussian(), 10 * random.nextGaussian()};
      double[] wanted = exact.flow(start, SCHEDULE.start());
      double[] made = exact.run(new FlowSampler(FlowScheme.HEUN, FlowFrame.CIRCLE, levels, false), start);
      sum += Math.pow(made[0] - wanted[0], 2) + Math.pow(made[1] - wanted[1], 2);
    }
    return Math.sqrt(sum / STARTS);
  }

  @Test
  void aSmallerToleranceMakesMoreLevelsAndLessError() {
    Diffuser diffuser = diffuser();
    try (Engine engine = new ReferenceEngine(2)) {
      double before = Double.POSITIVE_INFINITY;
      int steps = 0;
      for (double tolerance : new double[] {3e-2, 3e-3, 3e-4}) {
        AdaptiveGrid.Found found = new AdaptiveGrid(tolerance, FlowFrame.CIRCLE).find(diffuser, engine, EXACT);
        double[] levels = found.levels().toStart(SCHEDULE);
        assertThat(levels[0]).isEqualTo(1);
        assertThat(levels[levels.length - 1]).isEqualTo(1e-3);
        assertThat(levels.length).isGreaterThan(steps);
        double error = error(diffuser, found.levels());
        assertThat(error).isLessThan(before / 3).isLessThan(30 * tolerance);
        // Where the flow turns it takes short steps: better than as many equal ones.
        assertThat(error).isLessThan(error(diffuser, TimeGrid.uniform(levels.length - 1)));
        assertThat(found.evaluations()).isGreaterThanOrEqualTo(2 * (levels.length - 1) - 1);
        before = error;
        steps = levels.length;
      }
    }
  }

  /// The levels are the same for any engine's threads and whenever they are asked for.
  @Test
  void thePilotIsFixed() {
    AdaptiveGrid grid = new AdaptiveGrid(1e-2, FlowFrame.EXPLODING);
    try (Engine one = new ReferenceEngine(1);
        Engine two = new ReferenceEngine(2)) {
      assertThat(grid.find(diffuser(), one, EXACT)).isEqualTo(grid.find(diffuser(), two, EXACT));
    }
  }

  @Test
  void refusesWhatMeansNothing() {
    Diffuser discrete =
        new Diffuser(DiscreteSchedule.cosine(10), Parameterization.V, new TimeEmbedding.Bare(1), Scaling.identity(2));
    assertThatThrownBy(() -> new AdaptiveGrid(1e-2, FlowFrame.CIRCLE).require(discrete)).hasMessageContaining("between the levels");
    assertThatThrownBy(() -> new AdaptiveGrid(0, FlowFrame.CIRCLE)).hasMessageContaining("tolerance is 0.0");
    float[] broken = EXACT.parameters().clone();
    broken[0] = Float.NaN;
    try (Engine engine = new ReferenceEngine(1)) {
      assertThatThrownBy(
              () -> new AdaptiveGrid(1e-2, FlowFrame.CIRCLE).find(diffuser(), engine, new Network(EXACT.architecture(), broken)))
          .hasMessageContaining("not finite at t");
    }
  }
}
