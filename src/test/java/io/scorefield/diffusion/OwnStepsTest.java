package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.DiscreteSchedule;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OwnStepsTest {
  private static final int COUNT = 30;

  private static double error(Engine engine, double tolerance) {
    Diffuser diffuser = AdaptiveGridTest.diffuser();
    OwnSteps.Made made =
        new OwnSteps(tolerance, FlowFrame.CIRCLE, false, false)
            .make(diffuser, engine, AdaptiveGridTest.EXACT, 4, 0, COUNT);
    ExactMixture exact = new ExactMixture(diffuser, AdaptiveGridTest.DATA);
    double sum = 0;
    float[] noise = new float[2];
    for (int i = 0; i < COUNT; i++) {
      new NoiseSource(4).normals(NoiseStream.PRIOR, i, 0, noise, 0, 2);
      double scale = diffuser.schedule().priorScale();
      double[] wanted = exact.flow(new double[] {scale * noise[0], scale * noise[1]}, diffuser.schedule().start());
      sum += Math.pow(made.points()[2 * i] - wanted[0], 2) + Math.pow(made.points()[2 * i + 1] - wanted[1], 2);
    }
    return Math.sqrt(sum / COUNT);
  }

  @Test
  void theErrorAgainstTheExactFlowFollowsTheTolerance() {
    try (Engine engine = new ReferenceEngine(2)) {
      double before = Double.POSITIVE_INFINITY;
      for (double tolerance : new double[] {3e-2, 3e-3, 3e-4}) {
        double error = error(engine, tolerance);
        assertThat(error).isLessThan(before / 2.5).isLessThan(30 * tolerance);
        before = error;
      }
    }
  }

  /// Steps differ among samples, and no sample knows of another.
  @Test
  void aSampleIsAFunctionOfSeedAndNumber() {
    OwnSteps steps = new OwnSteps(3e-3, FlowFrame.EXPLODING, false, true);
    Diffuser diffuser = AdaptiveGridTest.diffuser();
    try (Engine engine = new ReferenceEngine(2)) {
      OwnSteps.Made all = steps.make(diffuser, engine, AdaptiveGridTest.EXACT, 4, 100, COUNT);
      assertThat(Arrays.stream(all.evaluations()).distinct().count()).isGreaterThan(3);
      for (int i : new int[] {29, 3}) {
        OwnSteps.Made one = steps.make(diffuser, engine, AdaptiveGridTest.EXACT, 4, 100 + i, 1);
        assertThat(one.points()).containsExactly(Arrays.copyOfRange(all.points(), 2 * i, 2 * i + 2));
        assertThat(one.evaluations()[0]).isEqualTo(all.evaluations()[i]);
      }
    }
  }

  @Test
  void refusesWhatMeansNothing() {
    Diffuser discrete =
        new Diffuser(DiscreteSchedule.cosine(10), Parameterization.V, new TimeEmbedding.Bare(1), Scaling.identity(2));
    assertThatThrownBy(() -> new OwnSteps(1e-2, FlowFrame.CIRCLE, false, false).require(discrete))
        .hasMessageContaining("between the levels");
    assertThatThrownBy(() -> new OwnSteps(1e-2, FlowFrame.CIRCLE, true, false).require(AdaptiveGridTest.diffuser()))
        .hasMessageContaining("sampler.clip needs the range");
    assertThatThrownBy(() -> new OwnSteps(0, FlowFrame.CIRCLE, false, false)).hasMessageContaining("tolerance is 0.0");
  }
}
