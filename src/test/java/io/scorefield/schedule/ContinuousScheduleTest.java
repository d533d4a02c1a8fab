package io.scorefield.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContinuousScheduleTest {
  static Stream<ContinuousSchedule> schedules() {
    return Stream.of(
        new VariancePreserving(0.1, 20, 1e-3, 1e-5), new SubVariancePreserving(0.1, 20, 1e-3),
        new VarianceExploding(0.01, 20, 1e-5), new KarrasSchedule(0.002, 80, -1.2, 1.2), new RectifiedFlow(1e-3, 1),
        new CosineSchedule(0, 1e-3, 1), new CosineSchedule(0.008, 1e-3, 0.995), new SigmoidSchedule(1, 1e-3, 0.9998),
        new SigmoidSchedule(0.2, 1e-3, 1));
  }

  /// Times with some room on both sides.
  private static double[] times(ContinuousSchedule schedule) {
    double[] times = new double[21];
    for (int i = 0; i < times.length; i++) {
      times[i] = schedule.start() + (schedule.end() - schedule.start()) * (i + 0.5) / times.length;
    }
    return times;
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void ratesAreTheDerivatives(ContinuousSchedule schedule) {
    for (double t : times(schedule)) {
      double h = 1e-5 * t;
      double alpha = (schedule.alpha(t + h) - schedule.alpha(t - h)) / (2 * h);
      double sigma = (schedule.sigma(t + h) - schedule.sigma(t - h)) / (2 * h);
      assertThat(schedule.alphaRate(t)).isCloseTo(alpha, within(1e-6 * (1 + Math.abs(alpha))));
      assertThat(schedule.sigmaRate(t)).isCloseTo(sigma, within(1e-6 * (1 + Math.abs(sigma))));
    }
  }

  /// d(sigma^2)/dt = 2 drift sigma^2 + g^2 and d alpha/dt = drift alpha, the moments of the SDE.
  @ParameterizedTest
  @MethodSource("schedules")
  void marginalsAreThoseOfTheEquation(ContinuousSchedule schedule) {
    for (double t : times(schedule)) {
      double variance = 2 * schedule.sigma(t) * schedule.sigmaRate(t);
      double expected = 2 * schedule.drift(t) * Math.pow(schedule.sigma(t), 2) + schedule.diffusionSquared(t);
      assertThat(expected).isCloseTo(variance, within(1e-10 * (1 + Math.abs(variance))));
      assertThat(schedule.drift(t) * schedule.alpha(t)).isCloseTo(schedule.alphaRate(t), within(1e-10));
      assertThat(schedule.diffusionSquared(t)).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void logSnrFallsAndHasAnInverse(ContinuousSchedule schedule) {
    double before = Double.POSITIVE_INFINITY;
    for (double t : times(schedule)) {
      double logSnr = schedule.logSnr(t);
      assertThat(logSnr).isLessThan(before).isCloseTo(schedule.level(t).logSnr(), within(1e-12));
      assertThat(schedule.timeOfLogSnr(logSnr)).isCloseTo(t, within(1e-9 * t));
      before = logSnr;
    }
    assertThat(schedule.timeOfLogSnr(1e9)).isEqualTo(schedule.start());
    assertThat(schedule.timeOfLogSnr(Double.NEGATIVE_INFINITY)).isEqualTo(schedule.end());
    assertThat(schedule.timeOfLogSnr(schedule.logSnr(schedule.start()))).isEqualTo(schedule.start());
    assertThat(schedule.timeOfLogSnr(schedule.logSnr(schedule.end()))).isEqualTo(schedule.end());
    assertThatThrownBy(() -> schedule.timeOfLogSnr(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void aScheduleInStepsHasTheNearestLevel() {
    DiscreteSchedule schedule = DiscreteSchedule.cosine(100);
    for (int t = 1; t <= 100; t++) {
      assertThat(schedule.timeOfLogSnr(schedule.logSnr(t))).isEqualTo(t);
      assertThat(schedule.logSnr(t)).isCloseTo(schedule.level(t).logSnr(), within(1e-9));
    }
    double middle = (schedule.logSnr(40) + schedule.logSnr(41)) / 2;
    assertThat(schedule.timeOfLogSnr(middle + 1e-6)).isEqualTo(40);
    assertThat(schedule.timeOfLogSnr(middle - 1e-6)).isEqualTo(41);
    assertThat(schedule.timeOfLogSnr(1e9)).isEqualTo(1);
    assertThat(schedule.timeOfLogSnr(-1e9)).isEqualTo(100);
    assertThat(DiscreteSchedule.linear(1, 0.1, 0.1).timeOfLogSnr(0)).isEqualTo(1);
  }

  @Test
  void alphasOfOnesOwnAreTheSchedule() {
    DiscreteSchedule cosine = DiscreteSchedule.cosine(50);
    double[] alphaBar = new double[50];
    for (int t = 1; t <= 50; t++) {
      alphaBar[t - 1] = cosine.alphaBar(t);
    }
    DiscreteSchedule given = DiscreteSchedule.ofAlphaBar(alphaBar);
    for (int t = 1; t <= 50; t++) {
      assertThat(given.alphaBar(t)).isCloseTo(cosine.alphaBar(t), within(1e-14));
      assertThat(given.beta(t)).isCloseTo(cosine.beta(t), within(1e-12));
    }
    assertThatThrownBy(() -> DiscreteSchedule.ofAlphaBar(0.9, 0.95)).hasMessageContaining("alphaBar_2 is 0.95");
    assertThatThrownBy(() -> DiscreteSchedule.ofAlphaBar(1)).hasMessageContaining("alphaBar_1 is 1.0");
    assertThatThrownBy(() -> DiscreteSchedule.ofAlphaBar(0.9, 0)).hasMessageContaining("alphaBar_2 is 0.0");
    assertThatThrownBy(() -> DiscreteSchedule.ofAlphaBar()).hasMessageContaining("number of steps");
  }

  @Test
  void karrasTrainsOnALogNormal() {
    KarrasSchedule schedule = new KarrasSchedule(0.002, 80, -1.2, 1.2);
    NormalDistribution logs = new NormalDistribution(-1.2, 1.2);
    for (double u : new double[] {0.01, 0.3, 0.5, 0.9}) {
      assertThat(logs.cumulativeProbability(Math.log(schedule.trainingTime(u)))).isCloseTo(u, within(1e-4));
    }
    assertThat(schedule.trainingTime(1e-12)).isGreaterThanOrEqualTo(0.002);
    assertThat(schedule.trainingTime(1 - 1e-12)).isLessThanOrEqualTo(80);
    assertThatThrownBy(() -> new KarrasSchedule(0.002, 0.0021, 300, 0.1).trainingTime(0.5)).hasMessageContaining("never sees");
  }

  @Test
  void knownDigits() {
    assertThat(new SubVariancePreserving(0.1, 20, 1e-3).diffusionSquared(0.5)).isCloseTo(9.9871766, within(1e-6));
    assertThat(Math.pow(new SigmoidSchedule(1, 1e-3, 1).alpha(0.25), 2)).isCloseTo(0.8508535, within(1e-6));
    assertThat(new CosineSchedule(0, 1e-3, 1).alpha(1)).isZero();
    assertThat(new RectifiedFlow(1e-3, 1).alpha(1)).isZero();
    assertThat(new RectifiedFlow(1e-3, 0.5).priorScale()).isCloseTo(Math.sqrt(0.5), within(1e-15));
  }

  @Test
  void refusesTimesThatMeanNothing() {
    assertThatThrownBy(() -> new RectifiedFlow(0, 1)).hasMessageContaining("smallest time is 0.0");
    assertThatThrownBy(() -> new RectifiedFlow(0.5, 0.5)).hasMessageContaining("below the end 0.5");
    assertThatThrownBy(() -> new CosineSchedule(0, 0.1, 1.1)).hasMessageContaining("largest time is 1.1");
    assertThatThrownBy(() -> new SigmoidSchedule(0, 0.1, 1)).hasMessageContaining("temperature");
    assertThatThrownBy(() -> new KarrasSchedule(0, 1, 0, 1)).hasMessageContaining("sigma-min");
  }
}
