package io.scorefield.thermodynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The harmonic well U = |x|^2 / 2 in d dimensions, where everything is known: U = d T / 2, S = d/2 ln(2 pi e T),
/// F = U - T S and F/T = -d/2 ln(2 pi T).
class HarmonicWellTest {
  private static double entropy(int d, double t) {
    return 0.5 * d * Math.log(2 * Math.PI * Math.E * t);
  }

  private static double free(int d, double t) {
    return 0.5 * d * t - t * entropy(d, t);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "6, 2", "6, 3", "36, 5", "3, 8"})
  void consistentFunctionsAreTheClosedForm(int d, int count) {
    double[] temperatures = new double[count];
    double[] energies = new double[count];
    for (int i = 0; i < count; i++) {
      temperatures[i] = 0.5 + 0.4 * i;
      energies[i] = 0.5 * d * temperatures[i];
    }
    ConsistentFreeEnergy fit =
        ConsistentFreeEnergy.of(temperatures, energies, entropy(d, temperatures[0]));
    assertThat(fit.loss()).isLessThan(1e-20);
    for (double t = 0.4; t < 2.2; t += 0.1) {
      assertThat(fit.free(t)).isCloseTo(free(d, t), within(1e-10 * (1 + Math.abs(free(d, t)))));
      assertThat(fit.entropy(t)).isCloseTo(entropy(d, t), within(1e-10 * (1 + d)));
      double h = 1e-4;
      assertThat((fit.free(t + h) - fit.free(t - h)) / (2 * h)).isCloseTo(-fit.entropy(t), within(1e-6 * d));
    }
  }

  /// Energies of no system: heat would flow both ways at once.
  @Test
  void energiesThatNoSystemHasLeaveALoss() {
    double[] temperatures = {0.5, 0.6, 0.8, 1, 1.3, 1.6, 2, 2.5};
    double[] energies = {1, 3, 1, 3, 1, 3, 1, 3};
    assertThat(ConsistentFreeEnergy.of(temperatures, energies, 0).loss()).isGreaterThan(0.1);
  }

  @Test
  void entropyOfALevelIsTheClosedForm() {
    int d = 6;
    for (double t : new double[] {0.25, 1, 3}) {
      LevelEntropy levels = new LevelEntropy(d, t, s -> d / (t + s * s));
      for (double s : new double[] {1e-4, 0.01, 0.5, 2}) {
        assertThat(levels.at(s, 50)).isCloseTo(entropy(d, t + s * s), within(1e-10));
      }
    }
  }

  @Test
  void entropyOfTwoPeaksIsThatOfQuadrature() {
    // Two normal peaks of width 0.3 at +-1, one dimension.
    double width = 0.3;
    LevelEntropy levels = new LevelEntropy(1, 1 + width * width, s -> integral(width, s, true));
    assertThat(levels.at(1e-3, 200)).isCloseTo(integral(width, 1e-3, false), within(1e-6));
  }

  /// E (d ln p)^2 or the entropy of the peaks with noise.
  private static double integral(double width, double s, boolean score) {
    double v = width * width + s * s;
    double h = Math.sqrt(v) / 200;
    double reach = 1 + 12 * Math.sqrt(v);
    double sum = 0;
    for (double x = -reach; x < reach; x += h) {
      double a = Math.exp(-(x - 1) * (x - 1) / (2 * v));
      double b = Math.exp(-(x + 1) * (x + 1) / (2 * v));
      double p = (a + b) / 2 / Math.sqrt(2 * Math.PI * v);
      if (p > 0) {
        double slope = (-(x - 1) * a - (x + 1) * b) / (v * (a + b));
        sum += h * p * (score ? slope * slope : -Math.log(p));
      }
    }
    return sum;
  }

  private static double[] energies(int d, double t, int n, long seed) {
    Random random = new Random(seed);
    double[] u = new double[n];
    Arrays.setAll(
        u, i -> {
          double sum = 0;
          for (int k = 0; k < d; k++) {
            double x = random.nextGaussian();
            sum += 0.5 * t * x * x;
          }
          return sum;
        });
    return u;
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.75, 3000, 3000", "1, 2, 4000, 1000", "2, 1.2, 2000, 5000"})
  void bothWaysToAFreeEnergyAgreeWithTheClosedForm(double t1, double t2, int n1, int n2) {
    int d = 6;
    double[] first = energies(d, t1, n1, 3);
    double[] second = energies(d, t2, n2, 4);
    double exact = -0.5 * d * Math.log(t2 / t1);
    double h = 1 / t2 - 1 / t1;
    Estimate ratio =
        AcceptanceRatio.difference(
            Arrays.stream(first).map(u -> h * u).toArray(), Arrays.stream(second).map(u -> h * u).toArray());
    assertThat(ratio.value()).isCloseTo(exact, within(3 * ratio.error()));
    assertThat(ratio.error()).isBetween(0.001, 0.1);
    Estimate integral =
        ThermodynamicIntegration.difference(
            t1, Estimate.mean(first), Estimate.variance(first), t2, Estimate.mean(second), Estimate.variance(second));
    // Beside chance, the quadrature: exact moments show its error.
    double quadrature =
        ThermodynamicIntegration.difference(
                t1, new Estimate(0.5 * d * t1, 0), new Estimate(0.5 * d * t1 * t1, 0), t2,
                new Estimate(0.5 * d * t2, 0), new Estimate(0.5 * d * t2 * t2, 0))
            .value();
    assertThat(integral.value()).isCloseTo(quadrature, within(3 * integral.error()));
    assertThat(quadrature).isCloseTo(exact, within(0.015 * Math.pow(Math.log(t2 / t1), 4) * d));
  }

  @Test
  void errorsAreThoseOfRepetitions() {
    int d = 6;
    double h = 1 / 1.5 - 1;
    double[] values = new double[200];
    double error = 0;
    for (int k = 0; k < values.length; k++) {
      double[] first = Arrays.stream(energies(d, 1, 200, 10 + k)).map(u -> h * u).toArray();
      double[] second = Arrays.stream(energies(d, 1.5, 300, 1000 + k)).map(u -> h * u).toArray();
      Estimate one = AcceptanceRatio.difference(first, second);
      values[k] = one.value();
      error += one.error() / values.length;
    }
    assertThat(error).isCloseTo(Math.sqrt(Estimate.variance(values).value()), within(0.15 * error));
  }

  @Test
  void whatCannotBeComputedIsRefused() {
    assertThatThrownBy(() -> AcceptanceRatio.difference(new double[0], new double[] {1})).hasMessageContaining("both");
    assertThatThrownBy(() -> AcceptanceRatio.difference(new double[] {Double.POSITIVE_INFINITY}, new double[] {1}))
        .hasMessageContaining("finite");
    assertThatThrownBy(() -> ConsistentFreeEnergy.of(new double[] {1}, new double[] {1}, 0)).hasMessageContaining("two");
  }
}
