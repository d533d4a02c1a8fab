package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Values that are missing at random: whether y is missing depends on x, which is known.
class GaussianImputationTest {
  private static final int N = 8000;
  private static final double ERROR = 1 / Math.sqrt(N); // of a mean, for a deviation of 1

  /// x and y of mean 1 and -2, deviations 1 and 3, correlation 0.8, and z = x + noise; y is missing for most x above 1.
  private static Gaps gaps() {
    Random random = new Random(5);
    double[] values = new double[3 * N];
    for (int i = 0; i < N; i++) {
      double u = random.nextGaussian();
      values[3 * i] = 1 + u;
      values[3 * i + 1] = -2 + 3 * (0.8 * u + 0.6 * random.nextGaussian());
      values[3 * i + 2] = u + random.nextGaussian();
      if (u > 0 && random.nextDouble() < 0.8) {
        values[3 * i + 1] = Double.NaN;
      }
      if (random.nextDouble() < 0.1) {
        values[3 * i + 2] = Double.NaN;
      }
    }
    return new Gaps(values, 3);
  }

  private static double mean(double[] values, int[] points, int d) {
    return IntStream.of(points).mapToDouble(i -> values[3 * i + d]).average().orElseThrow();
  }

  private static double covariance(double[] values, int[] points, int d, int e) {
    double a = mean(values, points, d);
    double b = mean(values, points, e);
    return IntStream.of(points).mapToDouble(i -> (values[3 * i + d] - a) * (values[3 * i + e] - b)).average().orElseThrow();
  }

  @Test
  void momentsAreThoseOfTheWholeAndNotOfCompleteRows() {
    Gaps gaps = gaps();
    GaussianImputation of = new GaussianImputation(gaps);
    // Errors are of fewer known values, and of y by its regression: three of them, with room.
    assertThat(of.mean()[1]).isCloseTo(-2, within(3 * 3 * 1.5 * ERROR));
    assertThat(of.covariance()[1][1]).isCloseTo(9, within(3 * 9 * Math.sqrt(2) * 2 * ERROR));
    assertThat(of.covariance()[0][1]).isCloseTo(2.4, within(3 * 3 * 2 * ERROR));
    double[] drawn = of.draw(3);
    int[] all = IntStream.range(0, N).toArray();
    assertThat(mean(drawn, all, 1)).isCloseTo(-2, within(3 * 3 * 1.8 * ERROR));
    assertThat(covariance(drawn, all, 1, 1)).isCloseTo(9, within(3 * 9 * Math.sqrt(2) * 2 * ERROR));
    assertThat(covariance(drawn, all, 0, 1)).isCloseTo(2.4, within(3 * 3 * 2 * ERROR));
    assertThat(covariance(drawn, all, 1, 2)).isCloseTo(2.4, within(3 * 3 * 3 * ERROR));
    // Complete rows are others, by far.
    int[] complete = gaps.complete();
    assertThat(mean(gaps.values(), complete, 1)).isLessThan(-2 - 30 * ERROR);
    // Means in the gaps make the covariance too small.
    double[] means = gaps.values().clone();
    double known = mean(means, IntStream.range(0, N).filter(i -> !gaps.isMissing(i, 1)).toArray(), 1);
    for (int i = 0; i < N; i++) {
      means[3 * i + 1] = gaps.isMissing(i, 1) ? known : means[3 * i + 1];
    }
    assertThat(covariance(means, all, 0, 1)).isLessThan(2.4 - 60 * ERROR);
  }

  @Test
  void knownValuesStayAndDrawsDependOnTheSeedAlone() {
    Gaps gaps = gaps();
    GaussianImputation of = new GaussianImputation(gaps);
    double[] drawn = of.draw(3);
    assertThat(IntStream.range(0, drawn.length))
        .allMatch(i -> Double.isNaN(gaps.values()[i]) ? Double.isFinite(drawn[i]) : drawn[i] == gaps.values()[i]);
    assertThat(of.draw(3)).containsExactly(drawn);
    assertThat(of.draw(4)).isNotEqualTo(drawn);
  }

  @Test
  void collinearAndConstantComponentsAreFilledAsTheyAre() {
    double[] values = new double[3 * 50];
    for (int i = 0; i < 50; i++) {
      values[3 * i] = i;
      values[3 * i + 1] = i % 5 == 0 ? Double.NaN : 2 * i + 1;
      values[3 * i + 2] = i % 7 == 0 ? Double.NaN : 4;
    }
    double[] drawn = new GaussianImputation(new Gaps(values, 3)).draw(1);
    for (int i = 0; i < 50; i++) {
      assertThat(drawn[3 * i + 1]).isCloseTo(2 * i + 1, within(1e-2));
      assertThat(drawn[3 * i + 2]).isCloseTo(4, within(1e-3));
    }
  }

  @Test
  void whatIsMissingIsSaid() {
    Gaps gaps = new Gaps(new double[] {1, Double.NaN, Double.NaN, Double.NaN, 3, 4}, 2);
    assertThat(gaps.line(List.of("load", "price"))).isEqualTo("3 of 6 cells are missing: 1 in load, 2 in price");
    assertThat(gaps.complete()).containsExactly(2);
    assertThat(gaps.known()).containsExactly(0, 2);
    Gaps none = new Gaps(new double[] {1, Double.NaN, 2, Double.NaN}, 2);
    assertThatThrownBy(() -> new GaussianImputation(none)).hasMessageContaining("nothing is known of component 1");
  }
}
