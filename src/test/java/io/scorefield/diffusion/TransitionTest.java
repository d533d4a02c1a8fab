package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseLevel;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransitionTest {
  private static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(100);

  @Test
  void posteriorIsTheProductOfTheTwoGaussians() {
    // q(x_{t-1} | x_t, x_0) is N(x_{t-1}; a x_0, A) N(x_t; b x_{t-1}, B), normalised: precision 1/A + b^2/B.
    for (int t = 2; t <= 100; t++) {
      double b = Math.sqrt(1 - COSINE.beta(t));
      double precision = 1 / COSINE.oneMinusAlphaBar(t - 1) + b * b / COSINE.beta(t);
      Transition step = Transition.of(COSINE, t, t - 1);
      assertThat(step.posteriorVariance()).isCloseTo(1 / precision, within(1e-12));
      assertThat(step.noise(1)).isCloseTo(Math.sqrt(1 / precision), within(1e-12));
    }
    assertThat(Transition.of(COSINE, 1, 0).posteriorVariance()).isZero();
  }

  @Test
  void everyEtaHasTheMarginalOfTheLowerLevel() {
    List<NoiseSchedule> schedules =
        List.of(new VariancePreserving(0.1, 20, 1e-3, 0), new VarianceExploding(0.01, 20, 1e-5));
    for (NoiseSchedule schedule : schedules) {
      for (double eta : new double[] {0, 0.3, 1}) {
        Transition step = Transition.of(schedule, 0.7, 0.4);
        NoiseLevel from = schedule.level(0.7);
        NoiseLevel to = schedule.level(0.4);
        // With o = x_0 = 1 and x_t = alpha + sigma eps.
        Transition.Mean mean = step.mean(Parameterization.X0.at(from.alpha(), from.sigma()), eta);
        assertThat(mean.fromX() * from.alpha() + mean.fromOutput()).isCloseTo(to.alpha(), within(1e-12));
        double deviation = Math.hypot(mean.fromX() * from.sigma(), step.noise(eta));
        assertThat(deviation).isCloseTo(to.sigma(), within(1e-12 * to.sigma()));
      }
    }
  }
}
