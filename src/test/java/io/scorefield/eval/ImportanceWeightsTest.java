package io.scorefield.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/// Effective samples against closed forms: q is the standard normal.
class ImportanceWeightsTest {
  private static final int N = 20_000;

  private static double[] normals(double deviation, long seed) {
    Random random = new Random(seed);
    return random.doubles(N).map(unused -> deviation * random.nextGaussian()).toArray();
  }

  private static double[] logs(double[] x, DoubleUnaryOperator logDensity, double constant) {
    return Arrays.stream(x).map(v -> constant + logDensity.applyAsDouble(v) + v * v / 2 + 0.5 * Math.log(2 * Math.PI)).toArray();
  }

  private static void within3Errors(MetricValue value, double exact) {
    assertThat(value.standardError()).isBetween(1e-5, 0.05);
    assertThat(value.value()).isCloseTo(exact, within(3 * value.standardError()));
    assertThat(value.samples()).isEqualTo(N);
  }

  @Test
  void aNarrowerNormalHasItsClosedForm() {
    // p = N(0, s^2): E_q w^2 = s^-2 / sqrt(2/s^2 - 1).
    double s = 0.7;
    double exact = s * s * Math.sqrt(2 / (s * s) - 1);
    // Energies far away: only the constant changes.
    DoubleUnaryOperator p = x -> -x * x / (2 * s * s);
    ImportanceWeights weights = new ImportanceWeights(logs(normals(1, 1), p, 4000), logs(normals(s, 2), p, 4000));
    within3Errors(weights.share(), exact);
    within3Errors(weights.shareByTruth(), exact);
    assertThat(weights.share().noiseFloor()).isEqualTo(1);
    assertThat(weights.logNormalisation()).isCloseTo(4000 + Math.log(s * Math.sqrt(2 * Math.PI)), within(0.02));
    // w = exp(-x^2 (1/s^2 - 1)/2) / s is at most 1/s, with the mean 1.
    assertThat(weights.largest().value() * N).isCloseTo(1 / s, within(0.03));
    assertThat(weights.largest().noiseFloor()).isEqualTo(1.0 / N);
  }

  @Test
  void equalDensitiesAreWorthEverySample() {
    DoubleUnaryOperator p = x -> -x * x / 2;
    ImportanceWeights weights = new ImportanceWeights(logs(normals(1, 1), p, 0), logs(normals(1, 2), p, 0));
    assertThat(weights.share().value()).isCloseTo(1, within(1e-12));
    assertThat(weights.shareByTruth().value()).isCloseTo(1, within(1e-12));
    assertThat(weights.largest().value()).isCloseTo(1.0 / N, within(1e-15));
  }

  @Test
  void onlyTheTruthKnowsAModeThatTheSamplesMiss() {
    // Half of p lies ten deviations away from q.
    DoubleUnaryOperator p = x -> Math.log(0.5 * Math.exp(-x * x / 2) + 0.5 * Math.exp(-(x - 10) * (x - 10) / 2));
    double[] truth = normals(1, 2);
    for (int i = 0; i < N; i += 2) {
      truth[i] += 10;
    }
    ImportanceWeights weights = new ImportanceWeights(logs(normals(1, 1), p, 0), logs(truth, p, 0));
    assertThat(weights.share().value()).isGreaterThan(0.99);
    assertThat(weights.shareByTruth().value()).isLessThan(1e-6);
  }

  @Test
  void samplesWithoutAnEnergyWeighNothing() {
    double[] logs = new double[100];
    Arrays.fill(logs, 0, 25, Double.NEGATIVE_INFINITY);
    ImportanceWeights weights = new ImportanceWeights(logs, new double[100]);
    assertThat(weights.share().value()).isCloseTo(0.75, within(1e-12));
    Arrays.fill(logs, Double.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> new ImportanceWeights(logs, new double[100])).hasMessageContaining("one of them where");
    logs[3] = Double.NaN;
    assertThatThrownBy(() -> new ImportanceWeights(logs, new double[100])).hasMessageContaining("not a number");
  }
}
