package io.scorefield.matter.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.WrappedNormal;
import io.scorefield.matter.Element;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PerovskiteScoreTest {
  private static final Crystal IDEAL = Prototype.PEROVSKITE.crystal(List.of(Element.of(38), Element.of(22)), Element.of(8));

  /// ln p by a plain sum over shifts and ways on a much finer grid.
  private static double logDensity(double[] x, double width) {
    WrappedNormal normal = new WrappedNormal(width);
    int[][] ways = {{2, 3, 4}, {2, 4, 3}, {3, 2, 4}, {3, 4, 2}, {4, 2, 3}, {4, 3, 2}};
    double all = 0;
    for (int[] way : ways) {
      double product = 1;
      for (int axis = 0; axis < 3; axis++) {
        double integral = 0;
        for (int m = 0; m < 999; m++) {
          double u = m / 999.0;
          double term = normal.density(x[axis] - 0.5 - u) * normal.density(x[3 + axis] - u);
          for (int anion = 2; anion < 5; anion++) {
            term *= normal.density(x[3 * anion + axis] - u - (way[axis] == anion ? 0.5 : 0));
          }
          integral += term / 999;
        }
        product *= integral;
      }
      all += product;
    }
    return Math.log(all);
  }

  @Test
  void itIsTheSlopeOfTheDensity() {
    double sigma = 0.11;
    double displacement = 0.05;
    double[] x = IDEAL.fractional();
    for (int k = 0; k < 15; k++) {
      x[k] += 0.15 * Math.sin(3 * k + 1);
    }
    double[] mean = new PerovskiteScore(sigma, displacement).meanNoise(x);
    double h = 1e-4;
    for (int k = 0; k < 15; k++) {
      double[] up = x.clone();
      double[] down = x.clone();
      up[k] += h;
      down[k] -= h;
      double width = Math.hypot(sigma, displacement);
      double slope = (logDensity(up, width) - logDensity(down, width)) / (2 * h);
      assertThat(mean[k]).isEqualTo(-sigma * slope, within(1e-5));
    }
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      assertThat(IntStream.range(0, 5).mapToDouble(atom -> mean[3 * atom + a]).sum()).isEqualTo(0, within(1e-10));
    }
  }

  /// A calibration of the same losses, made before and by other code.
  @Test
  void floorsAreThoseOfTheTable() {
    double[] displaced = {.389, .192, .081, .032, .015, .314, .890, .989};
    double[] ideal = {0, 0, 0, 0, .004, .258, .818, 1.0};
    for (int bin = 0; bin < 8; bin++) {
      ScoreFloor.Estimate one = floor(bin, 0.01, bin < 4 ? 150 : 800);
      assertThat(one.value()).as("bin %d", bin + 1).isEqualTo(displaced[bin], within(0.02 + 2.5 * one.standardError()));
      ScoreFloor.Estimate other = floor(bin, 1e-6, bin < 4 ? 10 : 800);
      assertThat(other.value()).as("bin %d of ideal crystals", bin + 1).isEqualTo(ideal[bin], within(0.02 + 2.5 * other.standardError()));
      assertThat(Math.max(one.standardError(), other.standardError())).isLessThan(0.025);
    }
  }

  private static ScoreFloor.Estimate floor(int bin, double displacement, int draws) {
    return ScoreFloor.of(ScoreFloor.BINS[bin], ScoreFloor.BINS[bin + 1], displacement, draws, 1);
  }

  @Test
  void theExactScoreMakesPerovskites() {
    double[] levels = IntStream.range(0, 50).mapToDouble(i -> 0.5 * Math.pow(0.02, i / 49.0)).toArray();
    TorusSampler sampler = new TorusSampler(levels, 1, 0.3);
    int count = 16;
    double[] distances =
        IntStream.range(0, count)
            .parallel()
            .mapToDouble(
                i -> {
                  double[] places =
                      sampler.sample((x, sigma) -> new PerovskiteScore(sigma, 0.01).meanNoise(x), 5, 1, i);
                  return CrystalMatcher.STRICT.distance(IDEAL.at(places), IDEAL).orElseThrow();
                })
            .toArray();
    assertThat(Arrays.stream(distances).max().orElseThrow()).isLessThan(0.1);
  }
}
