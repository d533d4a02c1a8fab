package io.scorefield.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.DataSet;
import io.scorefield.matter.KnownSystems;
import io.scorefield.matter.KnownSystems.Convention;
import io.scorefield.matter.MetropolisOptions;
import io.scorefield.matter.ParticleSystem;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParticleMetricsTest {
  private static final int COUNT = 2000;
  private static final MetropolisOptions CHAINS = new MetropolisOptions(2000, 20);
  private static final Evaluator.Options OPTIONS = new Evaluator.Options(COUNT, 100, 4, 3);

  private static Evaluator evaluator(ParticleSystem system) {
    return new Evaluator(DataSet.draw(system, 200, 1), Optional.empty(), false, OPTIONS, 77);
  }

  private static float[] noised(float[] samples, double deviation) {
    Random random = new Random(5);
    float[] noised = samples.clone();
    for (int i = 0; i < noised.length; i++) {
      noised[i] += (float) (deviation * random.nextGaussian());
    }
    return noised;
  }

  @Test
  void trueSamplesAreAtTheNoiseFloorAndNoisedOnesAreNot() {
    ParticleSystem system = KnownSystems.doubleWell(1, CHAINS);
    Evaluator evaluator = evaluator(system);
    float[] truth = system.draw(3, COUNT);
    Map<String, MetricValue> exact = evaluator.evaluate(truth);
    Map<String, MetricValue> noised = evaluator.evaluate(noised(truth, 0.1));
    for (String distance :
        new String[] {
          "energy-wasserstein-1", "energy-wasserstein-2", "energy-total-variation", "distance-wasserstein-2",
          "distance-total-variation"
        }) {
      assertThat(exact.get(distance).value()).as(distance).isBetween(0.0, 2.5 * exact.get(distance).noiseFloor());
    }
    // Independent noise of 0.1 lifts the energy of double wells by 0.73.
    double shift = noised.get("energy-mean").value() - exact.get("energy-mean").value();
    assertThat(shift).isCloseTo(0.73, within(0.1));
    assertThat(noised.get("energy-wasserstein-1").value()).isCloseTo(0.73, within(0.2));
    assertThat(noised.get("energy-wasserstein-2").value())
        .isGreaterThan(noised.get("energy-wasserstein-1").value())
        .isGreaterThan(4 * noised.get("energy-wasserstein-2").noiseFloor());
    assertThat(noised.get("high-energy-share").value()).isGreaterThan(3 * exact.get("high-energy-share").value());
    assertThat(exact.get("energy-median").value())
        .isCloseTo(exact.get("energy-median").noiseFloor(), within(5 * exact.get("energy-median").standardError()));
    assertThat(exact.keySet())
        .contains("short-pairs-2", "short-pairs-3", "short-pairs-4", "short-pairs-5")
        .doesNotContain("short-pairs-0", "nearest-training-distance");
    assertThat(exact.get("short-pairs-2").value()).isCloseTo(exact.get("short-pairs-2").noiseFloor(), within(0.1));
    assertThat(evaluator.reference()).contains("means and Wasserstein distances take energies clipped to -");
  }

  @Test
  void turnedAndRenumberedSamplesAreTheSame() {
    ParticleSystem system = KnownSystems.lennardJones(13, Convention.EFM, 1, CHAINS);
    Evaluator evaluator = evaluator(system);
    float[] truth = system.draw(3, 300);
    float[] turned = new float[truth.length];
    for (int i = 0; i < truth.length; i += 3) {
      int particle = i / 3 % 13;
      int to = i + 3 * ((particle + 5) % 13 - particle);
      turned[to] = -truth[i + 1];
      turned[to + 1] = truth[i];
      turned[to + 2] = truth[i + 2];
    }
    Map<String, MetricValue> before = evaluator.evaluate(truth);
    Map<String, MetricValue> after = evaluator.evaluate(turned);
    for (String metric : new String[] {"energy-wasserstein-2", "energy-median", "distance-wasserstein-2"}) {
      assertThat(after.get(metric).value()).isCloseTo(before.get(metric).value(), within(1e-4));
    }
  }

  @Test
  void overlappingParticlesAreCountedAndDoNotDrownTheRest() {
    ParticleSystem system = KnownSystems.lennardJones(13, Convention.EFM, 1, CHAINS);
    Evaluator evaluator = evaluator(system);
    float[] samples = Arrays.copyOf(system.draw(3, COUNT), 39 * 1000);
    for (int sample = 0; sample < 20; sample++) {
      System.arraycopy(samples, 39 * sample, samples, 39 * sample + 3, 3); // two in one place
    }
    samples[39 * 20 + 3] = samples[39 * 20] + 1e-3f; // a finite energy of 1e36
    samples[39 * 20 + 4] = samples[39 * 20 + 1];
    samples[39 * 20 + 5] = samples[39 * 20 + 2];
    assertThat(evaluator.withoutEnergy(samples)).isEqualTo(20);
    Map<String, MetricValue> metrics = evaluator.evaluate(samples);
    assertThat(metrics.get("no-energy-share").value()).isCloseTo(0.02, within(1e-12));
    assertThat(metrics.get("high-energy-share").value()).isBetween(0.021, 0.035);
    assertThat(metrics.get("energy-mean").value()).isBetween(-45.0, -35.0);
    assertThat(metrics.get("energy-wasserstein-2").value()).isBetween(5.0, 15.0);
    assertThat(metrics.get("energy-median").value()).isBetween(-45.0, -41.0);
  }

  @Test
  void totalVariationIsThatOfTheBins() {
    double[] a = {0.5, 1.5, 1.5, 2.5};
    double[] b = {0.5, 0.5, 1.5, 99};
    assertThat(Histograms.totalVariation(a, b, 0, 3, 3, 1).value()).isCloseTo(0.25, within(1e-15));
    assertThat(Histograms.totalVariation(a, a, 0, 3, 3, 2).value()).isZero();
    // Without the first two: {1.5, 2.5} and {1.5, 99}; without the last two: {0.5, 1.5} and {0.5, 0.5}.
    assertThat(Histograms.totalVariation(a, b, 0, 3, 3, 2).without()).containsExactly(0, 0.5);
  }
}
