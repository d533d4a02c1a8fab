package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrappedNormalTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.15, 0.3, 0.39, 0.41, 0.5, 0.8})
  void bothSeriesAreTheSame(double sigma) {
    WrappedNormal normal = new WrappedNormal(sigma);
    for (double x = -1.3; x < 1.3; x += 0.07) {
      double density = normal.densityByImages(x);
      assertThat(normal.densityByFourier(x)).isEqualTo(density, within(1e-12 * density + 1e-14));
      double score = normal.scoreByImages(x);
      assertThat(normal.scoreByFourier(x)).isEqualTo(score, within(1e-10 * Math.max(1, Math.abs(score))));
      assertThat(normal.logDensity(x)).isEqualTo(Math.log(density), within(1e-10));
      assertThat(normal.density(x + 3)).isEqualTo(normal.density(x), within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05, 0.2, 0.39, 0.41, 0.5, 2})
  void theDensityIntegratesToOne(double sigma) {
    WrappedNormal normal = new WrappedNormal(sigma);
    int points = 4000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < points; i++) {
      double x = (double) i / points;
      sum += normal.density(x) / points;
      squares += normal.density(x) * Math.pow(normal.meanNoise(x), 2) / points;
    }
    assertThat(sum).isEqualTo(1, within(1e-12));
    assertThat(normal.meanSquaredNoise()).isEqualTo(squares, within(1e-10));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.2, 0.39, 0.41, 0.5})
  void theScoreIsTheSlopeOfTheLogarithm(double sigma) {
    WrappedNormal normal = new WrappedNormal(sigma);
    double h = 1e-3 * sigma;
    for (double x = -0.45; x <= 0.45; x += 0.06) {
      // Central differences whose error is of sixth order.
      double slope =
          (45 * rise(normal, x, h) - 9 * rise(normal, x, 2 * h) + rise(normal, x, 3 * h)) / (60 * h);
      double score = normal.score(x);
      assertThat(slope).isEqualTo(score, within(1e-8 * Math.max(1, Math.abs(score))));
    }
  }

  private static double rise(WrappedNormal normal, double x, double h) {
    return Math.log(normal.density(x + h)) - Math.log(normal.density(x - h));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.03})
  void narrowOnesAreNormal(double sigma) {
    WrappedNormal normal = new WrappedNormal(sigma);
    assertThat(normal.score(0.02)).isEqualTo(-0.02 / (sigma * sigma), within(1e-9));
    assertThat(normal.meanSquaredNoise()).isEqualTo(1, within(1e-9));
    // Far from the middle nothing underflows.
    assertThat(normal.score(0.45)).isEqualTo(-0.45 / (sigma * sigma), within(1e-6 / (sigma * sigma)));
  }
}
