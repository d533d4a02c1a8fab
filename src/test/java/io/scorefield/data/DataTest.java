package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataTest {
  static Stream<Distribution> distributions() {
    return Stream.of(
        PlaneDistribution.circle(1.5),
        PlaneDistribution.halfMoons(0.05),
        PlaneDistribution.swissRoll(2, 0.05),
        PlaneDistribution.checkerboard(4),
        GaussianMixture.eightGaussians(2, 0.2));
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void pointIsAFunctionOfSeedAndNumber(Distribution distribution) {
    float[] whole = distribution.draw(4, 1000);
    float[] part = distribution.draw(4, 600, 200);
    assertThat(part).containsExactly(Arrays.copyOfRange(whole, 1200, 1600));
    assertThat(distribution.draw(5, 1000)).isNotEqualTo(whole);
  }

  @Test
  void circleLiesOnTheCircle() {
    float[] points = PlaneDistribution.circle(1.5).draw(1, 1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(Math.hypot(points[2 * i], points[2 * i + 1])).isCloseTo(1.5, within(1e-6));
    }
  }

  @Test
  void halfMoonsHaveTheGeometryOfMakeMoons() {
    float[] points = PlaneDistribution.halfMoons(0).draw(1, 2000);
    int upper = 0;
    for (int i = 0; i < 2000; i++) {
      double x = points[2 * i];
      double y = points[2 * i + 1];
      boolean onUpper = Math.abs(Math.hypot(x, y) - 1) < 1e-6 && y >= -1e-6;
      boolean onLower = Math.abs(Math.hypot(x - 1, y - 0.5) - 1) < 1e-6 && y <= 0.5 + 1e-6;
      assertThat(onUpper || onLower).isTrue();
      upper += onUpper ? 1 : 0;
    }
    assertThat(upper).isBetween(1000 - 90, 1000 + 90); // four standard deviations
  }

  @Test
  void jitterOfHalfMoonsHasTheStatedDeviation() {
    float[] clean = PlaneDistribution.halfMoons(0).draw(1, 20_000);
    float[] jittered = PlaneDistribution.halfMoons(0.05).draw(1, 20_000);
    double squares = 0;
    for (int i = 0; i < clean.length; i++) {
      squares += Math.pow(jittered[i] - clean[i], 2);
    }
    assertThat(Math.sqrt(squares / clean.length)).isCloseTo(0.05, within(0.001));
  }

  @Test
  void checkerboardFillsBlackSquaresOnly() {
    float[] points = PlaneDistribution.checkerboard(4).draw(2, 8000);
    int[] counts = new int[16];
    for (int i = 0; i < 8000; i++) {
      int column = (int) Math.floor(points[2 * i] + 2);
      int row = (int) Math.floor(points[2 * i + 1] + 2);
      assertThat((column + row) % 2).isZero();
      counts[4 * row + column]++;
    }
    assertThat(Arrays.stream(counts).filter(c -> c > 0).boxed())
        .hasSize(8)
        .allSatisfy(c -> assertThat(c).isBetween(850, 1150));
  }

  @Test
  void mixtureScoreIsTheGradientOfItsLogDensity() {
    GaussianMixture mixture = mixture();
    GaussianMixture.ScoreFunction density = mixture.noised(0.6, 0.4).scoreFunction();
    Random random = new Random(1);
    double[] score = new double[2];
    double[] ignored = new double[2];
    double h = 1e-5;
    for (int trial = 0; trial < 100; trial++) {
      double[] x = {3 * random.nextGaussian(), 3 * random.nextGaussian()};
      density.evaluate(x, score);
      for (int d = 0; d < 2; d++) {
        double[] up = x.clone();
        double[] down = x.clone();
        up[d] += h;
        down[d] -= h;
        double difference =
            (density.evaluate(up, ignored) - density.evaluate(down, ignored)) / (2 * h);
        assertThat(score[d]).isCloseTo(difference, within(1e-6 * (1 + Math.abs(difference))));
      }
    }
  }

  @Test
  void mixtureDrawsHaveItsMoments() {
    GaussianMixture mixture = mixture();
    int n = 100_000;
    float[] points = mixture.draw(3, n);
    double meanX = 0;
    double xy = 0;
    for (int i = 0; i < n; i++) {
      meanX += points[2 * i] / n;
      xy += points[2 * i] * points[2 * i + 1] / n;
    }
    assertThat(meanX).isCloseTo(0.3 * 1 + 0.7 * -1, within(0.02));
    // E[xy] = sum of weights (mean_x mean_y + covariance)
    assertThat(xy).isCloseTo(0.3 * (2 + 0.3) + 0.7 * (0 - 0.1), within(0.02));
  }

  static GaussianMixture mixture() {
    return new GaussianMixture(
        "two",
        new double[] {0.3, 0.7},
        new double[][] {{1, 2}, {-1, 0}},
        new double[][][] {{{0.5, 0.3}, {0.3, 0.4}}, {{0.3, -0.1}, {-0.1, 0.2}}});
  }

  @Test
  void standardizingGivesMeanZeroAndDeviationOneAndComesBack() {
    float[] points = mixture().draw(1, 5000);
    Scaling scaling = Scaling.standardize(points, 2);
    float[] state = scaling.toState(points);
    Scaling again = Scaling.standardize(state, 2);
    assertThat(again.mean()).containsExactly(new double[2], within(1e-6));
    assertThat(again.deviation()).containsExactly(new double[] {1, 1}, within(1e-6));
    scaling.toData(state, 5000);
    for (int i = 0; i < points.length; i++) {
      assertThat(state[i]).isCloseTo(points[i], within(1e-5f));
    }
  }

  @Test
  void refusesDataThatCannotBeTrainedOn() {
    assertThatThrownBy(() -> new DataSet("d", 2, new float[] {1, Float.NaN}, Optional.empty()))
        .hasMessageContaining("component 1 of point 0 is NaN");
    assertThatThrownBy(() -> new DataSet("d", 2, new float[3], Optional.empty()))
        .hasMessageContaining("3 numbers");
    assertThatThrownBy(() -> Scaling.standardize(new float[] {1, 2, 1, 2}, 2))
        .hasMessageContaining("every component of the data is constant");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void constantComponentsComeBackToTheBit(boolean standardize) {
    float third = 1 / 3f;
    float[] points = {third, 1, -0f, third, 2, -0f, third, 4, -0f};
    Scaling scaling = Scaling.of(new DataSet("d", 3, points, Optional.empty()), standardize);
    assertThat(scaling.constants()).containsExactly(0, 2);
    float[] state = scaling.toState(points);
    for (int i = 0; i < 3; i++) {
      assertThat(state[3 * i]).isZero();
    }
    float[] samples = {-7.3f, 0.5f, 12, 1e30f, -0.25f, -1e30f};
    scaling.toData(samples, 2);
    for (int i = 0; i < 2; i++) {
      assertThat(Float.floatToRawIntBits(samples[3 * i])).isEqualTo(Float.floatToRawIntBits(third));
      assertThat(Float.floatToRawIntBits(samples[3 * i + 2])).isEqualTo(Float.floatToRawIntBits(-0f));
    }
    assertThat(samples[1]).isCloseTo(
        standardize ? (float) (7 / 3.0 + 0.5 * Math.sqrt(14 / 9.0)) : 0.5f, within(1e-6f));
  }

  @Test
  void doublesKeepTheirDigitsBesideAnOrigin() {
    double[] values = new double[2 * 180];
    for (int i = 0; i < 180; i++) {
      values[2 * i] = 1e7 + Math.sin(i);
      values[2 * i + 1] = 3 * Math.cos(i);
    }
    DataSet data = DataSet.of("d", 2, values, List.of("x", "y"), List.of());
    assertThat(data.origin()).containsExactly(1e7, 0);
    assertThat(data.notes()).isEmpty();
    for (int i = 0; i < 180; i++) {
      assertThat(data.at(i, 0)).isCloseTo(values[2 * i], within(1e-7));
      assertThat(data.at(i, 1)).isEqualTo((float) values[2 * i + 1]);
    }
    Scaling scaling = Scaling.of(data, true);
    double mean = IntStream.range(0, 180).mapToDouble(Math::sin).sum() / 180;
    assertThat(scaling.mean()[0]).isCloseTo(mean, within(1e-7));
    assertThat(scaling.deviation()[0]).isCloseTo(Math.sqrt(0.5), within(1e-2));
  }

  @Test
  void aConstantThatFloat32DoesNotHoldIsKept() {
    DataSet data = DataSet.of("d", 2, new double[] {0.1, 1, 0.1, 2}, List.of("x", "y"), List.of());
    assertThat(data.at(1, 0)).isEqualTo(0.1);
    assertThat(Scaling.of(data, true).mean()[0]).isZero();
  }

  @Test
  void digitsThatNoOriginSavesAreWarnedOf() {
    double[] values = new double[400];
    for (int i = 0; i < 400; i++) {
      values[i] = (i % 2 == 0 ? 0 : 1e9) + 1e-3 * i;
    }
    DataSet data = DataSet.of("d", 1, values, List.of("x"), List.of());
    assertThat(data.notes()).singleElement().asString().contains("component 0", "400 values", "float32");
    assertThatThrownBy(
            () -> DataSet.of("d", 1, new double[] {1e-40, 2e-40}, List.of("x"), List.of()))
        .hasMessageContaining("float32 cannot resolve");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void darcyFieldsSolveTheirEquation(int axes) {
    int n = axes == 1 ? 40 : 9;
    DarcyFields darcy = new DarcyFields(axes, n, 0.2, 0.5, 1.5);
    float[] samples = darcy.draw(3, 7, 4);
    assertThat(darcy.draw(3, 9, 1)).containsExactly(Arrays.copyOfRange(samples, 2 * darcy.dimension(), 3 * darcy.dimension()));
    int points = darcy.dimension() / 2;
    double squared = (n + 1.0) * (n + 1);
    for (int i = 0; i < 4; i++) {
      int from = i * darcy.dimension();
      double logs = 0;
      for (int p = 0; p < points; p++) {
        double k = samples[from + p];
        double u = samples[from + points + p];
        assertThat(k).isPositive();
        assertThat(u).isPositive(); // the source is positive
        logs += Math.log(k) / points;
        double sum = 1.5;
        for (int axis = 0; axis < axes; axis++) {
          int stride = axis == 0 ? 1 : n;
          int place = p / stride % n;
          for (int by = -1; by <= 1; by += 2) {
            boolean inside = place + by >= 0 && place + by < n;
            double other = inside ? samples[from + p + by * stride] : k;
            double beyond = inside ? samples[from + points + p + by * stride] : 0;
            sum += 0.5 * (k + other) * (beyond - u) * squared;
          }
        }
        assertThat(sum).isCloseTo(0, within(2e-3));
      }
      assertThat(Math.abs(logs)).isLessThan(2);
    }
    assertThat(darcy.components()).containsExactlyElementsOf(
        axes == 1 ? List.of("k[40]", "u[40]") : List.of("k[9,9]", "u[9,9]"));
  }

  @Test
  void heatKeepsItsMeanAndItsBounds() {
    HeatFields heat = new HeatFields(64, 1e-4, 2e-3);
    float[] fields = heat.draw(1, 0, 200);
    for (int i = 0; i < 200; i++) {
      double sum = 0;
      double variation = 0;
      for (int p = 0; p < 64; p++) {
        double u = fields[64 * i + p];
        assertThat(u).isBetween(-1e-6, 1 + 1e-6);
        sum += u / 64;
        variation += Math.abs(u - fields[64 * i + (p + 1) % 64]);
      }
      assertThat(sum).isCloseTo(0.5, within(1e-6));
      assertThat(variation).isBetween(0.5, 4.0 + 1e-5);
    }
  }

  /// The densities are those that points are drawn with: they integrate to 1, and to the share of points in half of the plane.
  @Test
  void densitiesIntegrateToTheSharesOfThePoints() {
    for (PlaneDistribution distribution :
        new PlaneDistribution[] {
          PlaneDistribution.halfMoons(0.05), PlaneDistribution.swissRoll(2, 0.05), PlaneDistribution.checkerboard(4)
        }) {
      Distribution.LogDensity density = distribution.logDensity().orElseThrow();
      int cells = 180;
      double cell = 6.0 / cells;
      double all = 0;
      double upper = 0;
      for (int i = 0; i < cells * cells; i++) {
        double[] point = {-3 + (i % cells + 0.5) * cell, -3 + (i / cells + 0.5) * cell};
        double share = Math.exp(density.at(point)) * cell * cell;
        all += share;
        upper += point[1] > point[0] ? share : 0;
      }
      float[] points = distribution.draw(3, 20_000);
      double drawn = 0;
      for (int i = 0; i < points.length; i += 2) {
        drawn += points[i + 1] > points[i] ? 2.0 / points.length : 0;
      }
      assertThat(all).as(distribution.name()).isCloseTo(1, within(2e-3));
      // Standard error of the drawn share, and the diagonal's cells.
      assertThat(upper).as(distribution.name()).isCloseTo(drawn, within(3.5 * 0.5 / Math.sqrt(20_000) + 0.005));
    }
    assertThat(PlaneDistribution.circle(1).logDensity()).isEmpty();
  }
}
