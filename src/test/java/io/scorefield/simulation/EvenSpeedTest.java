package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The schedule of constant thermodynamic speed against its definition.
class EvenSpeedTest {
  private static final double[] TEMPERATURES = {0.25, 0.4, 0.5, 0.9, 1.6};
  private static final double[] CAPACITIES = {1.5, 8, 2, 2, 0.7};

  /// C linear in ln T, read off the table on its own.
  private static double capacity(double temperature) {
    for (int i = 1; i < TEMPERATURES.length; i++) {
      if (temperature <= TEMPERATURES[i]) {
        double share =
            Math.max(0, Math.log(temperature / TEMPERATURES[i - 1]) / Math.log(TEMPERATURES[i] / TEMPERATURES[i - 1]));
        return CAPACITIES[i - 1] + share * (CAPACITIES[i] - CAPACITIES[i - 1]);
      }
    }
    return CAPACITIES[CAPACITIES.length - 1];
  }

  @ParameterizedTest
  @CsvSource({"2, 0.2", "0.2, 2", "1.6, 0.25", "0.45, 0.3", "0.6, 0.6000001"})
  void aConstantCapacityGivesTheExponential(double start, double end) {
    Temperature expected = new Temperature.Exponential(start, end);
    double[] same = {3, 3, 3, 3, 3};
    Temperature learned = new EvenSpeed(start, end, TEMPERATURES, same);
    for (double s = 0; s <= 1; s += 1 / 64.0) {
      assertThat(learned.at(s)).isCloseTo(expected.at(s), within(1e-13 * expected.at(s)));
    }
    assertThat(((EvenSpeed) learned).length()).isCloseTo(Math.sqrt(3) * Math.abs(Math.log(start / end)), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"2, 0.2", "0.2, 2", "1.6, 0.25", "0.45, 0.3"})
  void theSpeedIsTheSameAllAlong(double start, double end) {
    EvenSpeed learned = new EvenSpeed(start, end, TEMPERATURES, CAPACITIES);
    assertThat(learned.at(0)).isEqualTo(start);
    assertThat(learned.at(1)).isEqualTo(end);
    double before = start;
    // The length between two shares, by Simpson's rule in ln T.
    for (int i = 1; i <= 50; i++) {
      double here = learned.at(i / 50.0);
      assertThat((here - before) * (end - start)).isPositive();
      assertThat(simpson(x -> Math.sqrt(capacity(Math.exp(x))), Math.log(before), Math.log(here)))
          .isCloseTo(learned.length() / 50, within(1e-6 * learned.length()));
      before = here;
    }
  }

  private static double simpson(DoubleUnaryOperator f, double from, double to) {
    int parts = 2000;
    double h = (to - from) / parts;
    double sum = f.applyAsDouble(from) + f.applyAsDouble(to);
    for (int i = 1; i < parts; i++) {
      sum += (i % 2 == 1 ? 4 : 2) * f.applyAsDouble(from + i * h);
    }
    return Math.abs(sum * h / 3);
  }

  @Test
  void itDwellsWhereTheCapacityHasAPeak() {
    double[] temperatures = new double[41];
    double[] capacities = new double[41];
    for (int i = 0; i < 41; i++) {
      temperatures[i] = 2 * Math.pow(0.1, i / 40.0);
      capacities[i] = 0.5 + 20 * Math.exp(-Math.pow(Math.log(temperatures[i] / 0.6) / 0.15, 2));
    }
    Temperature learned = new EvenSpeed(2, 0.2, temperatures, capacities);
    Temperature even = new Temperature.Exponential(2, 0.2);
    assertThat(near(learned, 0.6)).isGreaterThan(2 * near(even, 0.6));
    // The slowest place is the peak.
    double slowest =
        Arrays.stream(shares())
            .boxed()
            .min((a, b) -> Double.compare(pace(learned, a), pace(learned, b)))
            .orElseThrow();
    assertThat(learned.at(slowest)).isCloseTo(0.6, within(0.03));
  }

  private static double pace(Temperature schedule, double share) {
    return Math.abs(Math.log(schedule.at(share + 5e-4) / schedule.at(share - 5e-4)));
  }

  private static double[] shares() {
    double[] shares = new double[999];
    Arrays.setAll(shares, i -> (i + 1) / 1000.0);
    return shares;
  }

  /// The share of the course within 20 % of a temperature.
  private static double near(Temperature schedule, double temperature) {
    return Arrays.stream(shares()).filter(s -> Math.abs(Math.log(schedule.at(s) / temperature)) < 0.2).count() / 999.0;
  }

  @Test
  void theOrderOfTheTableDoesNotMatter() {
    double[] turned = new double[5];
    double[] values = new double[5];
    for (int i = 0; i < 5; i++) {
      turned[i] = TEMPERATURES[4 - i];
      values[i] = CAPACITIES[4 - i];
    }
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      double s = random.nextDouble();
      assertThat(new EvenSpeed(2, 0.2, turned, values).at(s))
          .isEqualTo(new EvenSpeed(2, 0.2, TEMPERATURES, CAPACITIES).at(s));
    }
  }

  @Test
  void whatIsNoCapacityIsRefused() {
    assertThatThrownBy(() -> new EvenSpeed(2, 1, new double[] {1, 2}, new double[] {1, 0}))
        .hasMessage("the heat capacity at T = 2.0 is 0.0; it must be greater than 0");
    assertThatThrownBy(() -> new EvenSpeed(2, 1, new double[] {1, 2}, new double[] {Double.NaN, 1}))
        .hasMessageContaining("the heat capacity at T = 1.0 is NaN");
    assertThatThrownBy(() -> new EvenSpeed(2, 1, new double[] {1, 3, 2}, new double[] {1, 1, 1}))
        .hasMessageContaining("must be ascending or descending");
    assertThatThrownBy(() -> new EvenSpeed(2, 1, new double[] {1}, new double[0]))
        .hasMessageContaining("not 0 for 1");
    assertThatThrownBy(() -> new EvenSpeed(0, 1, new double[] {1}, new double[] {1}))
        .hasMessageContaining("it must be greater than 0");
  }
}
