package io.scorefield.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.commons.math3.analysis.integration.RombergIntegrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(100);

  @ParameterizedTest
  @CsvSource({
    "1, 0.9993687184016583",
    "10, 0.972092737113969",
    "20, 0.8987059205995089",
    "50, 0.49384359044063775",
    "99, 0.00024285722793500596",
    "100, 2.4285722793500615e-07"
  })
  void cosineScheduleHasTheKnownDigits(int t, double alphaBar) {
    assertThat(COSINE.alphaBar(t)).isCloseTo(alphaBar, within(alphaBar * 1e-12));
  }

  @Test
  void lastCosineStepMultipliesBy31Point6() {
    assertThat(1 / Math.sqrt(1 - COSINE.beta(100))).isCloseTo(31.6228, within(1e-4));
    assertThat(1 / COSINE.alpha(100)).isCloseTo(2029, within(1.0));
  }

  @Test
  void alphaBarIsTheProductOfTheClippedAlphas() {
    double product = 1;
    for (int t = 1; t <= 100; t++) {
      assertThat(COSINE.beta(t)).isLessThanOrEqualTo(0.999);
      product *= 1 - COSINE.beta(t);
      assertThat(COSINE.alphaBar(t)).isCloseTo(product, within(1e-15));
      assertThat(COSINE.oneMinusAlphaBar(t)).isCloseTo(1 - product, within(1e-14));
      assertThat(COSINE.alpha(t) * COSINE.alpha(t) + COSINE.sigma(t) * COSINE.sigma(t))
          .isCloseTo(1, within(1e-14));
    }
  }

  @Test
  void posteriorIsTheProductOfTheTwoGaussians() {
    // q(x_{t-1} | x_t, x_0) is N(x_{t-1}; a x_0, A) N(x_t; b x_{t-1}, B), normalised:
    // precision 1/A + b^2/B, mean (a x_0/A + b x_t/B) / precision.
    double x0 = 0.7;
    double xt = -1.3;
    for (int t = 2; t <= 100; t++) {
      double a = COSINE.alpha(t - 1);
      double variance = COSINE.oneMinusAlphaBar(t - 1);
      double b = Math.sqrt(1 - COSINE.beta(t));
      double precision = 1 / variance + b * b / COSINE.beta(t);
      double mean = (a * x0 / variance + b * xt / COSINE.beta(t)) / precision;
      // The exercise's mean, with the eps that belongs to x_0 and x_t.
      double eps = (xt - COSINE.alpha(t) * x0) / COSINE.sigma(t);
      double stated =
          (xt - COSINE.beta(t) / COSINE.sigma(t) * eps) / Math.sqrt(1 - COSINE.beta(t));
      assertThat(stated).isCloseTo(mean, within(1e-9));
    }
  }

  @Test
  void linearScheduleRisesFromFirstToLast() {
    DiscreteSchedule linear = DiscreteSchedule.linear(1000, 1e-4, 0.02);
    assertThat(linear.beta(1)).isEqualTo(1e-4);
    assertThat(linear.beta(1000)).isCloseTo(0.02, within(1e-15));
    assertThat(linear.beta(500) - linear.beta(499)).isCloseTo(0.0199 / 999, within(1e-12));
    assertThat(linear.alphaBar(1000)).isCloseTo(4.0358e-5, within(1e-8));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.1, 0.5, 1})
  void variancePreservingMarginalIsTheIntegral(double t) {
    VariancePreserving vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    double integral = new RombergIntegrator().integrate(100_000, vp::beta, 0, t);
    assertThat(vp.alpha(t)).isCloseTo(Math.exp(-0.5 * integral), within(1e-12));
    assertThat(vp.sigma(t)).isCloseTo(Math.sqrt(1 - Math.exp(-integral)), within(1e-10));
  }

  @Test
  void variancePreservingHasTheKnownDigits() {
    VariancePreserving vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    assertThat(vp.alpha(1)).isCloseTo(0.00657, within(1e-5));
    assertThat(vp.sigma(1e-3)).isCloseTo(0.01049, within(1e-5));
    // The clamp acts below t of about 1e-9 only.
    assertThat(vp.sigma(1e-12)).isEqualTo(1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vp", "ve"})
  void marginalVarianceSolvesTheDifferentialEquation(String kind) {
    // d sigma^2/dt = 2 f sigma^2 + g^2 and d alpha/dt = f alpha.
    ContinuousSchedule schedule =
        kind.equals("vp")
            ? new VariancePreserving(0.1, 20, 1e-3, 0)
            : new VarianceExploding(0.01, 20, 1e-5);
    double h = 1e-5;
    for (double t = 0.05; t < 1; t += 0.1) {
      double f = schedule.drift(t);
      double g2 = schedule.diffusionSquared(t);
      double sigma2 = schedule.sigma(t) * schedule.sigma(t);
      double up = schedule.sigma(t + h) * schedule.sigma(t + h);
      double down = schedule.sigma(t - h) * schedule.sigma(t - h);
      assertThat((up - down) / (2 * h))
          .isCloseTo(2 * f * sigma2 + g2, within(1e-5 * Math.max(1, g2)));
      assertThat((schedule.alpha(t + h) - schedule.alpha(t - h)) / (2 * h))
          .isCloseTo(f * schedule.alpha(t), within(1e-6));
    }
  }

  @Test
  void levelZeroIsTheDataWhateverNoiseAScheduleKeepsThere() {
    List<NoiseSchedule> schedules =
        List.of(
            COSINE,
            DiscreteSchedule.linear(10, 1e-4, 0.02),
            new VariancePreserving(0.1, 20, 1e-3, 0),
            new VariancePreserving(0.1, 20, 1e-3, 1e-5),
            new VarianceExploding(0.01, 20, 1e-5));
    double[] least = {0, 0, 0, 1e-5, 0.01};
    for (int i = 0; i < least.length; i++) {
      NoiseSchedule schedule = schedules.get(i);
      assertThat(schedule.alpha(0)).isEqualTo(1);
      assertThat(schedule.sigma(0)).isEqualTo(least[i]);
      assertThat(schedule.level(0)).isEqualTo(NoiseLevel.DATA);
      double t = schedule.start();
      assertThat(schedule.level(t).alpha()).isEqualTo(schedule.alpha(t));
      assertThat(schedule.level(t).sigma()).isEqualTo(schedule.sigma(t));
      assertThat(schedule.sigma(t)).isGreaterThan(least[i]);
    }
  }

  @Test
  void varianceExplodingIsGeometric() {
    VarianceExploding ve = new VarianceExploding(0.01, 20, 1e-5);
    assertThat(ve.sigma(0)).isCloseTo(0.01, within(1e-15));
    assertThat(ve.sigma(1)).isCloseTo(20, within(1e-12));
    assertThat(ve.sigma(0.5)).isCloseTo(Math.sqrt(0.2), within(1e-12));
    assertThat(ve.inputScale(1)).isCloseTo(1 / Math.sqrt(401), within(1e-12));
  }

  @Test
  void refusesWhatIsNotASchedule() {
    assertThatThrownBy(() -> DiscreteSchedule.cosine(0)).hasMessageContaining("number of steps");
    assertThatThrownBy(() -> DiscreteSchedule.linear(10, 0, 0.5)).hasMessageContaining("beta_1");
    assertThatThrownBy(() -> new VariancePreserving(2, 1, 1e-3, 0)).hasMessageContaining("rise");
    assertThatThrownBy(() -> new VarianceExploding(0, 1, 1e-3)).hasMessageContaining("sigma-min");
    assertThatThrownBy(() -> COSINE.alpha(1.5)).hasMessageContaining("whole number");
    assertThatThrownBy(() -> COSINE.alpha(101)).hasMessageContaining("between 0 and 100");
  }
}
