package io.scorefield.spark.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MomentsTest {
  /// A million away from 0, where sums of squares would lose all digits.
  @Test
  void partsGiveTheMomentsOfTheWholeHoweverFarFromZero() {
    Random random = new Random(1);
    Moments whole = new Moments(3);
    Moments[] parts = {new Moments(3), new Moments(3), new Moments(3), new Moments(3)};
    int n = 1000;
    double[][] points = new double[n][3];
    for (int i = 0; i < n; i++) {
      double a = random.nextGaussian();
      points[i] = new double[] {1e9 + a, 1e9 + 2 * a + 0.5 * random.nextGaussian(), 0.1 * random.nextGaussian()};
      whole.add(points[i]);
      parts[i < 10 ? 0 : i < 700 ? 1 : 2].add(points[i]);
    }
    Moments merged = parts[3].merge(parts[0]).merge(parts[1].merge(parts[2]));
    assertThat(merged.count()).isEqualTo(n);
    for (int d = 0; d < 3; d++) {
      for (int e = 0; e < 3; e++) {
        double exact = 0;
        for (double[] p : points) {
          exact += (p[d] - whole.mean()[d]) * (p[e] - whole.mean()[e]) / (n - 1);
        }
        assertThat(merged.covariance(d, e)).isCloseTo(exact, within(1e-6));
        assertThat(whole.covariance(d, e)).isCloseTo(exact, within(1e-6));
      }
      assertThat(merged.least()[d]).isEqualTo(whole.least()[d]);
      assertThat(merged.greatest()[d]).isEqualTo(whole.greatest()[d]);
    }
  }

  @Test
  void quantilesOfAHistogramAreExactToABin() {
    Histogram histogram = new Histogram(0, 1, 100);
    Histogram other = new Histogram(0, 1, 100);
    for (int i = 0; i <= 1000; i++) {
      (i % 3 == 0 ? histogram : other).add(Math.pow(i / 1000.0, 2));
    }
    other.add(Double.NaN);
    histogram.merge(other);
    assertThat(histogram.undefined()).isEqualTo(1);
    for (double share : new double[] {0.1, 0.5, 0.9, 1}) {
      assertThat(histogram.quantile(share)).isCloseTo(share * share, within(0.011));
    }
    assertThat(histogram.quantiles(10)[4]).isCloseTo(0.45 * 0.45, within(0.011));
  }
}
