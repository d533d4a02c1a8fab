package io.scorefield.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The monotone network, its fit to a known loss, and the schedule that it makes.
class LearnedScheduleTest {
  private static final int LEVELS = 81;

  private enum Loss implements DoubleUnaryOperator {
    /// The error of eps of a Gaussian with variance c: e is chi-squared times alpha^2 c / (alpha^2 c + sigma^2).
    GAUSSIAN {
      @Override
      public double applyAsDouble(double gamma) {
        return 1 / (1 + Math.exp(gamma) / 0.3);
      }
    },
    /// A hump of loss in the middle.
    HUMP {
      @Override
      public double applyAsDouble(double gamma) {
        return 0.2 + Math.exp(-gamma * gamma / 4);
      }
    },
    RISING {
      @Override
      public double applyAsDouble(double gamma) {
        return Math.exp(0.15 * gamma);
      }
    };

    double[] moments() {
      return IntStream.range(0, LEVELS)
          .mapToDouble(k -> Math.pow(applyAsDouble(-9 + 19.0 * k / (LEVELS - 1)), 2))
          .toArray();
    }
  }

  /// Integral of E[e^2]/p dgamma with p = dt/dgamma of a schedule, over t.
  private static double secondMoment(Loss loss, LearnedSchedule schedule) {
    int count = 20_000;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double t = schedule.start() + (1 - schedule.start()) * (i + 0.5) / count;
      double h = 1e-6;
      double speed = (schedule.logSnr(t - h) - schedule.logSnr(t + h)) / (2 * h) * (1 - schedule.start());
      sum += Math.pow(loss.applyAsDouble(-schedule.logSnr(t)) * speed, 2) / count;
    }
    return sum;
  }

  /// With the density of the closed form, proportional to the root of E[e^2].
  private static double least(Loss loss) {
    int count = 20_000;
    double root = IntStream.range(0, count).mapToDouble(i -> loss.applyAsDouble(-9 + 19 * (i + 0.5) / count)).average().orElseThrow();
    return Math.pow(19 * root, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GAUSSIAN", "HUMP", "RISING"})
  void theFittedScheduleHasTheLeastVariance(String name) {
    Loss loss = Loss.valueOf(name);
    ScheduleFit fit = new ScheduleFit(loss.moments());
    List<Double> found = fit.parameters();
    double least = least(loss);
    double fitted = secondMoment(loss, new LearnedSchedule(9, -10, found)) / least;
    double linear = secondMoment(loss, new LearnedSchedule(9, -10, List.of())) / least;
    // Below 1 it cannot be; the loss is linear between levels, and at least 2 % of the largest, for the fit alone.
    assertThat(fitted).isBetween(0.999, 1.03);
    assertThat(linear).isGreaterThan(1.2);
    assertThat(fit.excess(List.of())).isCloseTo(linear, within(0.1 * linear));
    assertThat(fit.parameters()).isEqualTo(found);
  }

  private static LearnedSchedule some() {
    return new LearnedSchedule(9, -10, new ScheduleFit(Loss.GAUSSIAN.moments()).parameters());
  }

  @Test
  void theLogSnrFallsFromOneEndToTheOther() {
    for (LearnedSchedule schedule : List.of(some(), new LearnedSchedule(9, -10, List.of()))) {
      assertThat(schedule.logSnr(schedule.start())).isCloseTo(9, within(1e-9));
      assertThat(schedule.logSnr(1)).isCloseTo(-10, within(1e-9));
      assertThat(schedule.clock(schedule.start())).isCloseTo(schedule.start(), within(1e-12));
      assertThat(schedule.clock(1)).isCloseTo(1, within(1e-12));
      double before = Double.POSITIVE_INFINITY;
      for (double t = schedule.start(); t <= 1; t += 1e-3) {
        double logSnr = schedule.logSnr(t);
        assertThat(logSnr).isLessThan(before);
        before = logSnr;
        assertThat(Math.hypot(schedule.alpha(t), schedule.sigma(t))).isCloseTo(1, within(1e-12));
        assertThat(2 * Math.log(schedule.alpha(t) / schedule.sigma(t))).isCloseTo(logSnr, within(1e-9));
        assertThat(schedule.timeOfLogSnr(logSnr)).isCloseTo(t, within(1e-8));
        NoiseLevel level = schedule.level(t);
        assertThat(level.alpha()).isEqualTo(schedule.alpha(t));
        assertThat(level.sigma()).isEqualTo(schedule.sigma(t));
        assertThat(level.alphaRate()).isCloseTo(schedule.alphaRate(t), within(1e-12 * Math.abs(level.alphaRate())));
        assertThat(level.sigmaRate()).isCloseTo(schedule.sigmaRate(t), within(1e-12 * level.sigmaRate()));
        double h = 1e-6;
        assertThat(schedule.alphaRate(t))
            .isCloseTo((schedule.alpha(t + h) - schedule.alpha(t - h)) / (2 * h), within(1e-5));
        assertThat(schedule.sigmaRate(t))
            .isCloseTo((schedule.sigma(t + h) - schedule.sigma(t - h)) / (2 * h), within(1e-5));
      }
    }
  }

  /// The network is told a noise level alike, whatever the schedule.
  @Test
  void theClockIsAFunctionOfTheNoiseLevel() {
    LearnedSchedule line = new LearnedSchedule(9, -10, List.of());
    LearnedSchedule fitted = some();
    for (double logSnr = -9.5; logSnr < 9; logSnr += 0.5) {
      assertThat(fitted.clock(fitted.timeOfLogSnr(logSnr))).isCloseTo(line.clock(line.timeOfLogSnr(logSnr)), within(1e-8));
    }
  }

  @Test
  void theDerivativesOfTheNetworkAreThoseOfDifferences() {
    double[] theta = new ScheduleFit(Loss.HUMP.moments()).parameters().stream().mapToDouble(Double::doubleValue).toArray();
    double[] ofRise = new double[theta.length];
    double[] ofSpeed = new double[theta.length];
    double u = 0.43;
    MonotoneNetwork network = new MonotoneNetwork(theta);
    network.gradients(u, ofRise, ofSpeed);
    double h = 1e-6;
    for (int i = 0; i < theta.length; i++) {
      double[] more = theta.clone();
      double[] less = theta.clone();
      more[i] += h;
      less[i] -= h;
      MonotoneNetwork above = new MonotoneNetwork(more);
      MonotoneNetwork below = new MonotoneNetwork(less);
      double rise = (above.value(u) * above.whole() - below.value(u) * below.whole()) / (2 * h);
      double speed = (above.slope(u) * above.whole() - below.slope(u) * below.whole()) / (2 * h);
      assertThat(ofRise[i]).as("parameter %s", i).isCloseTo(rise, within(1e-6 * (1 + Math.abs(rise))));
      assertThat(ofSpeed[i]).as("parameter %s", i).isCloseTo(speed, within(1e-6 * (1 + Math.abs(speed))));
    }
  }

  @Test
  void refusesWhatIsNoSchedule() {
    assertThatThrownBy(() -> new LearnedSchedule(-1, 1, List.of())).hasMessageContaining("must fall");
    assertThatThrownBy(() -> new LearnedSchedule(1, -1, List.of(1.0, 2.0))).hasMessageContaining("1 + 3 H parameters, not 2");
    assertThatThrownBy(() -> new LearnedSchedule(1, -1, List.of(800.0))).hasMessageContaining("no finite exponentials");
    assertThatThrownBy(() -> new ScheduleFit(Arrays.copyOf(new double[0], 5))).hasMessageContaining("no loss");
  }
}
