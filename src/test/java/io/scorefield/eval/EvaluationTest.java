package io.scorefield.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.DataSet;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final float[] CIRCLE = PlaneDistribution.circle(1.5).draw(1, 500);

  private static float[] shifted(float[] points, double dx, double dy) {
    float[] moved = points.clone();
    for (int i = 0; i < moved.length; i += 2) {
      moved[i] += (float) dx;
      moved[i + 1] += (float) dy;
    }
    return moved;
  }

  @Test
  void slicedWassersteinOfAShiftIsItsLengthOverRootTwo() {
    float[] moved = shifted(CIRCLE, 0.3, -0.4);
    assertThat(Distances.slicedWasserstein2(CIRCLE, moved, 2, 64))
        .isCloseTo(0.5 / Math.sqrt(2), within(1e-5));
    assertThat(Distances.slicedWasserstein2(CIRCLE, CIRCLE, 2, 64)).isZero();
    float[] line = {1, 5, 2};
    float[] other = {6, 2, 3};
    assertThat(Distances.slicedWasserstein2(line, other, 1, 3)).isCloseTo(1, within(1e-12));
    assertThatThrownBy(() -> Distances.slicedWasserstein2(line, new float[2], 1, 3))
        .hasMessageContaining("unequal");
  }

  @Test
  void slicedWassersteinInManyDimensionsSeesEveryDirection() {
    float[] a = new float[500];
    float[] b = new float[500];
    for (int i = 0; i < 100; i++) {
      b[5 * i + 3] = 1; // a unit shift along one axis: the mean over directions is 1/D
    }
    assertThat(Distances.slicedWasserstein2(a, b, 5, 4000))
        .isCloseTo(1 / Math.sqrt(5), within(0.02));
  }

  @Test
  void energyDistanceAndMmdHaveTheirKnownValues() {
    float[] at0 = {0, 0, 0};
    float[] at2 = {2, 2, 2};
    // Two point masses at distance 2: sqrt(2 * 2), and sqrt(2 - 2 exp(-1/2)) with bandwidth 2.
    assertThat(Distances.energy(at0, at2, 1)).isCloseTo(2, within(1e-12));
    assertThat(Distances.rbfMmd(at0, at2, 1, 2))
        .isCloseTo(Math.sqrt(2 - 2 * Math.exp(-0.5)), within(1e-12));
    assertThat(Distances.energy(CIRCLE, CIRCLE, 2)).isZero();
    assertThat(Distances.rbfMmd(CIRCLE, CIRCLE, 2, 1)).isZero();
    assertThat(Distances.medianDistance(at2, 1)).isEqualTo(1e-12);
  }

  @Test
  void kuiperIsOneForOneAngleAndDoesNotDependOnTheOrigin() {
    double[] one = {0.3, 0.3, 0.3};
    assertThat(Distances.kuiper(one)).isCloseTo(1, within(1e-12));
    int n = 1000;
    double[] even = new double[n];
    double[] turned = new double[n];
    for (int i = 0; i < n; i++) {
      even[i] = 2 * Math.PI * (i + 0.5) / n;
      turned[i] = Math.pow(i / 1000.0, 1.3) * 2 * Math.PI;
    }
    assertThat(Distances.kuiper(even)).isCloseTo(1.0 / n, within(1e-9));
    double statistic = Distances.kuiper(turned);
    for (int i = 0; i < n; i++) {
      turned[i] += 1.234;
    }
    assertThat(Distances.kuiper(turned)).isCloseTo(statistic, within(2.0 / n));
  }

  @Test
  void kuiperOfUniformDrawsIsAsLargeAsTheoryHasIt() {
    // V is the range of a Brownian bridge over sqrt(n); the mean range is sqrt(pi/2) = 1.2533. The
    // standard error over 200 draws is 0.02; finite n lowers the mean by about 0.02.
    double sum = 0;
    int n = 400;
    for (int k = 0; k < 200; k++) {
      float[] points = PlaneDistribution.circle(1).draw(50 + k, n);
      double[] angles = new double[n];
      for (int i = 0; i < n; i++) {
        angles[i] = Math.atan2(points[2 * i + 1], points[2 * i]);
      }
      sum += Distances.kuiper(angles) * Math.sqrt(n) / 200;
    }
    assertThat(sum).isBetween(1.15, 1.33);
  }

  @Test
  void nearestFindsTheTwoNearest() {
    float[] points = {0, 0, 10, 0};
    float[] others = {1, 0, 3, 0, 10, 2, 12, 0};
    double[][] nearest = Distances.nearest(points, others, 2);
    assertThat(nearest[0]).containsExactly(1, 3);
    assertThat(nearest[1]).containsExactly(2, 2);
  }

  private static final Evaluator.Options OPTIONS = new Evaluator.Options(4000, 1000, 32, 4);

  private static Evaluator evaluator(DataSet data) {
    return new Evaluator(
        data, Optional.of(Constraint.sphere(2, 1.5)), true, OPTIONS, 99);
  }

  @Test
  void trueSamplesMeasureAtTheirNoiseFloor() {
    DataSet data = DataSet.draw(PlaneDistribution.circle(1.5), 100, 1);
    Map<String, MetricValue> metrics =
        evaluator(data).evaluate(PlaneDistribution.circle(1.5).draw(7, 2000));
    for (String name : new String[] {
      Evaluator.SLICED_WASSERSTEIN_2, Evaluator.ENERGY_DISTANCE, Evaluator.RBF_MMD,
      Evaluator.KUIPER, Evaluator.NEAREST_TRAINING, Evaluator.MEMORISED
    }) {
      MetricValue metric = metrics.get(name);
      assertThat(metric.value()).as(name).isBetween(0.3 * metric.noiseFloor(),
          2.5 * metric.noiseFloor());
      assertThat(metric.standardError()).as(name).isPositive();
    }
    assertThat(metrics.get(Evaluator.PHYSICAL_LOSS).value()).isLessThan(1e-6);
  }

  @Test
  void aLawWithoutAValueAtASampleHasNone() {
    DataSet data = DataSet.draw(PlaneDistribution.circle(1.5), 100, 1);
    Law root = Law.of("root", FormulaLaw.equality(Formula.parse("log(x + 1.6)"), Variables.of(List.of("x", "y")), Map.of()));
    Evaluator evaluator = new Evaluator(data, Optional.of(Constraint.of(root)), true, OPTIONS, 99);
    float[] samples = PlaneDistribution.circle(1.5).draw(7, 2000);
    assertThat(evaluator.undefined(samples)).isEmpty();
    assertThat(evaluator.evaluate(samples).get(Evaluator.PHYSICAL_LOSS_P99).value()).isFinite();
    samples[0] = -2;
    assertThat(evaluator.undefined(samples)).containsExactly(Map.entry("root", 1));
    assertThat(evaluator.evaluate(samples).get(Evaluator.PHYSICAL_LOSS).value()).isNaN();
    assertThat(evaluator.evaluate(samples).get(Evaluator.PHYSICAL_LOSS_P99).value()).isNaN();
  }

  @Test
  void movedSamplesMeasureFarAboveIt() {
    DataSet data = DataSet.draw(PlaneDistribution.circle(1.5), 100, 1);
    float[] moved = shifted(PlaneDistribution.circle(1.5).draw(7, 2000), 0.8, 0);
    Map<String, MetricValue> metrics = evaluator(data).evaluate(moved);
    for (String name : new String[] {
      Evaluator.SLICED_WASSERSTEIN_2, Evaluator.ENERGY_DISTANCE, Evaluator.RBF_MMD
    }) {
      assertThat(metrics.get(name).value()).isGreaterThan(5 * metrics.get(name).noiseFloor());
    }
    MetricValue loss = metrics.get(Evaluator.PHYSICAL_LOSS);
    // The mean of | |x + 0.8 e| - 1.5 | over the circle is near 0.8 * 2/pi.
    assertThat(loss.value()).isCloseTo(0.51, within(0.03));
    assertThat(loss.standardError()).isCloseTo(0.25 / Math.sqrt(2000), within(0.002));
    assertThat(loss.samples()).isEqualTo(2000);
  }

  @Test
  void memorisedSamplesAreFound() {
    DataSet data = DataSet.draw(PlaneDistribution.circle(1.5), 100, 1);
    float[] copies = new float[200 * 2];
    for (int i = 0; i < 400; i++) {
      copies[i] = data.points()[i % 200];
    }
    assertThat(evaluator(data).evaluate(copies).get(Evaluator.MEMORISED).value()).isEqualTo(1);
  }

  @Test
  void dataFromAFileAreComparedWithPartsOfThemselves() {
    float[] points = PlaneDistribution.halfMoons(0.05).draw(1, 3000);
    DataSet data = new DataSet("file", 2, points, Optional.empty());
    Evaluator evaluator = new Evaluator(data, Optional.empty(), false, OPTIONS, 5);
    assertThat(evaluator.reference()).contains("parts of the data file");
    Map<String, MetricValue> metrics =
        evaluator.evaluate(PlaneDistribution.halfMoons(0.05).draw(8, 2000));
    MetricValue sliced = metrics.get(Evaluator.SLICED_WASSERSTEIN_2);
    assertThat(sliced.samples()).isEqualTo(1500);
    assertThat(sliced.value()).isLessThan(2.5 * sliced.noiseFloor());
    assertThat(metrics).doesNotContainKey(Evaluator.PHYSICAL_LOSS);
    assertThatThrownBy(() -> evaluator.evaluate(new float[10])).hasMessageContaining("at least 20");
  }

  private static float[] without(float[] points, int dimension, int group, int groups) {
    int n = points.length / dimension;
    int from = Jackknife.start(n, group, groups) * dimension;
    int to = Jackknife.start(n, group + 1, groups) * dimension;
    float[] rest = new float[points.length - (to - from)];
    System.arraycopy(points, 0, rest, 0, from);
    System.arraycopy(points, to, rest, from, points.length - to);
    return rest;
  }

  /// What is left without a group is what the metric says of an array without it, and of a size that no group divides.
  @Test
  void theJackknifeIsThatOfShorterArrays() {
    int groups = 7;
    float[] a = GaussianMixture.eightGaussians(2, 0.3).draw(1, 0, 53);
    float[] b = GaussianMixture.eightGaussians(2, 0.3).draw(2, 0, 53);
    double[] angles = new double[53];
    Arrays.setAll(angles, i -> Math.atan2(a[2 * i + 1], a[2 * i]));
    Jackknife sliced = Distances.slicedWasserstein2(a, b, 2, 16, groups);
    Jackknife energy = Distances.energy(a, b, 2, groups);
    Jackknife mmd = Distances.rbfMmd(a, b, 2, 1.5, groups);
    Jackknife kuiper = Distances.kuiper(angles, groups);
    assertThat(sliced.value()).isCloseTo(Distances.slicedWasserstein2(a, b, 2, 16), within(1e-12));
    assertThat(energy.value()).isCloseTo(Distances.energy(a, b, 2), within(1e-12));
    for (int g = 0; g < groups; g++) {
      float[] fewer = without(a, 2, g, groups);
      float[] others = without(b, 2, g, groups);
      double[] left = new double[fewer.length / 2];
      Arrays.setAll(left, i -> Math.atan2(fewer[2 * i + 1], fewer[2 * i]));
      assertThat(sliced.without()[g]).isCloseTo(Distances.slicedWasserstein2(fewer, others, 2, 16), within(1e-12));
      assertThat(energy.without()[g]).isCloseTo(Distances.energy(fewer, others, 2), within(1e-12));
      assertThat(mmd.without()[g]).isCloseTo(Distances.rbfMmd(fewer, others, 2, 1.5), within(1e-12));
      assertThat(kuiper.without()[g]).isCloseTo(Distances.kuiper(left), within(1e-12));
    }
    // Of a mean the jackknife with n groups is the usual standard error.
    double[] values = {1, 2, 4, 9};
    Jackknife mean =
        Jackknife.of(4, g -> (g < 0 ? 16 / 4.0 : (16 - values[g]) / 3));
    assertThat(mean.standardError()).isCloseTo(Math.sqrt((9 + 4 + 0 + 25) / 3.0 / 4), within(1e-12));
  }
}
