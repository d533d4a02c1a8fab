package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.WeightAverage;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Averages made afterwards of a known course of weights, beside those taken step by step.
class PostHocAverageTest {
  private static final int STEPS = 4096;
  private static final double KEPT = 0.1;

  /// Weights [steps][3]: a drift, a swing and a random walk.
  private static float[][] course() {
    Random random = new Random(5);
    float[][] course = new float[STEPS][3];
    double walk = 0;
    for (int k = 0; k < STEPS; k++) {
      double t = (k + 1.0) / STEPS;
      walk += random.nextGaussian() / Math.sqrt(STEPS);
      course[k] = new float[] {(float) (t * t), (float) Math.sin(40 * t), (float) walk};
    }
    return course;
  }

  /// The averages of a width after every step, [steps][3].
  private static float[][] averages(float[][] course, double width) {
    WeightAverage.Power power = WeightAverage.Power.ofWidth(width);
    float[][] averages = new float[STEPS][];
    double[] average = new double[3];
    for (int k = 1; k <= STEPS; k++) {
      double d = power.decay(k);
      for (int p = 0; p < 3; p++) {
        average[p] = d * average[p] + (1 - d) * course[k - 1][p];
      }
      averages[k - 1] = new float[] {(float) average[0], (float) average[1], (float) average[2]};
    }
    return averages;
  }

  private static long[] evenly(int count) {
    return IntStream.rangeClosed(1, count).mapToLong(i -> (long) STEPS * i / count).toArray();
  }

  private static PostHocAverage of(long[] steps) {
    return new PostHocAverage(steps, WeightAverage.Power.ofWidth(KEPT));
  }

  /// The largest difference between the two.
  private static double difference(int count, double width) {
    float[][] course = course();
    float[][] kept = averages(course, KEPT);
    float[] direct = averages(course, width)[STEPS - 1];
    long[] steps = evenly(count);
    float[] made =
        of(steps).ofWidth(width).of(Arrays.stream(steps).mapToObj(k -> kept[(int) k - 1]).toArray(float[][]::new));
    return IntStream.range(0, 3).mapToDouble(p -> Math.abs(made[p] - direct[p])).max().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.03, 0.06, 0.15, 0.28})
  void agreesWithTheDirectAverageAsTheSnapshotsGrow(double width) {
    double few = difference(8, width);
    double some = difference(32, width);
    double many = difference(128, width);
    assertThat(some).isLessThan(few / 2);
    assertThat(many).isLessThan(some / 2);
    assertThat(many).isLessThan(6e-3);
    assertThat(of(evenly(8)).ofWidth(width).miss()).isGreaterThan(2 * of(evenly(32)).ofWidth(width).miss());
    assertThat(of(evenly(32)).ofWidth(width).miss()).isGreaterThan(2 * of(evenly(128)).ofWidth(width).miss());
  }

  /// Snapshots are unequally spread where a training was made longer.
  @Test
  void theWidthThatWasKeptIsTheLastSnapshot() {
    PostHocAverage.Mixture mixture = of(new long[] {10, 700, 1000, 4000}).ofWidth(KEPT);
    assertThat(mixture.factors()[3]).isCloseTo(1, within(1e-9));
    assertThat(Arrays.stream(mixture.factors()).limit(3).map(Math::abs).max().orElseThrow()).isLessThan(1e-9);
    assertThat(mixture.miss()).isLessThan(1e-6);
  }

  @Test
  void weightsThatDoNotChangeStayAsTheyAre() {
    float[][] same = {{3, -2}, {3, -2}, {3, -2}};
    assertThat(of(new long[] {100, 200, 300}).ofWidth(0.05).of(same)).containsExactly(3, -2);
  }

  /// The miss is the distance of the profiles, here by sums over the steps.
  @Test
  void theMissIsTheDistanceOfTheProfiles() {
    double width = 0.05;
    long[] steps = {500, 1500, 2500, 4096};
    PostHocAverage.Mixture mixture = of(steps).ofWidth(width);
    double kept = WeightAverage.Power.ofWidth(KEPT).exponent();
    double wanted = WeightAverage.Power.ofWidth(width).exponent();
    double square = 0;
    double whole = 0;
    int cells = 400_000;
    for (int i = 0; i < cells; i++) {
      double tau = STEPS * (i + 0.5) / cells;
      double target = (wanted + 1) / STEPS * Math.pow(tau / STEPS, wanted);
      double sum = 0;
      for (int a = 0; a < steps.length; a++) {
        sum += tau < steps[a] ? mixture.factors()[a] * (kept + 1) / steps[a] * Math.pow(tau / steps[a], kept) : 0;
      }
      square += (sum - target) * (sum - target);
      whole += target * target;
    }
    assertThat(mixture.miss()).isCloseTo(Math.sqrt(square / whole), within(1e-4));
  }

  @Test
  void refusesWhatIsNoSetOfSnapshots() {
    assertThatThrownBy(() -> of(new long[] {})).hasMessageContaining("needs snapshots");
    assertThatThrownBy(() -> of(new long[] {5, 5})).hasMessageContaining("must rise");
    assertThatThrownBy(() -> of(new long[] {5, 9}).ofWidth(0.3)).hasMessageContaining("at most 0.2886");
  }
}
