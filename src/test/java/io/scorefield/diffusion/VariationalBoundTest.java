package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.NoiseSchedule;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The bound of models whose score is exact.
class VariationalBoundTest {
  private static final double[] VARIANCES = {0.3, 1, 2.5};

  /// One Gaussian, as two equal parts.
  private static GaussianMixture gaussian() {
    double[][] covariance = new double[3][3];
    for (int d = 0; d < 3; d++) {
      covariance[d][d] = VARIANCES[d];
    }
    return new GaussianMixture(
        "gaussian", new double[] {0.5, 0.5}, new double[2][3], new double[][][] {covariance, covariance});
  }

  private static SummaryStatistics statistics(double[] values) {
    SummaryStatistics statistics = new SummaryStatistics();
    Arrays.stream(values).forEach(statistics::addValue);
    return statistics;
  }

  private static double error(SummaryStatistics statistics) {
    return statistics.getStandardDeviation() / Math.sqrt(statistics.getN());
  }

  /// bound - (-ln p) of points of the mixture: what the levels lose.
  private static SummaryStatistics gap(ExactModel model, Engine engine, int levels) {
    int count = 3000;
    float[] points = ExactModel.points(count);
    float[] states = ExactModel.Data.SCALING.toState(points);
    double logVolume = Arrays.stream(ExactModel.Data.SCALING.deviation()).map(Math::log).sum();
    GaussianMixture.ScoreFunction density = ExactModel.Data.MIXTURE.scoreFunction();
    double[] total = new VariationalBound(model.diffuser(), levels).of(engine, model.network(), points, 8).total();
    return statistics(
        IntStream.range(0, count)
            .mapToDouble(
                i ->
                    total[i] - logVolume
                        + density.evaluate(new double[] {states[3 * i], states[3 * i + 1], states[3 * i + 2]}, new double[3]))
            .toArray());
  }

  /// Above the exact value at any number of levels, and near it with many.
  @ParameterizedTest
  @EnumSource(ExactModel.class)
  void isAboveTheExactValueAndNearItWithManyLevels(ExactModel model) {
    try (Engine engine = new NativeEngine(2)) {
      SummaryStatistics few = gap(model, engine, 10);
      SummaryStatistics some = gap(model, engine, 60);
      SummaryStatistics many = gap(model, engine, model == ExactModel.DISCRETE ? 200 : 1000);
      assertThat(few.getMean()).isGreaterThan(some.getMean() + 5 * error(few));
      assertThat(some.getMean()).isGreaterThan(many.getMean() + 3 * error(some));
      assertThat(some.getMean()).isGreaterThan(3 * error(some));
      // The 200 levels of the cosine are few where there is little noise, and lose 1.8 nats in three dimensions.
      double loss = model == ExactModel.DISCRETE ? 2 : 0.06;
      assertThat(many.getMean()).isGreaterThan(-3 * error(many)).isLessThan(3 * error(many) + loss);
      assertThat(error(many)).isLessThan(0.06);
    }
  }

  /// Every term of a Gaussian in closed form: the mean of |eps - epshat|^2 is the sum of alpha^2 c / (alpha^2 c + sigma^2).
  @ParameterizedTest
  @EnumSource(ExactModel.class)
  void theTermsOfAGaussianAreItsClosedForm(ExactModel model) {
    int count = 4000;
    float[] states = gaussian().draw(3, 0, count);
    float[] points = ExactModel.Data.SCALING.toData(states, count);
    NoiseSchedule schedule = model.diffuser().schedule();
    VariationalBound bound = new VariationalBound(model.diffuser(), 25);
    double[] levels = bound.levels();
    VariationalBound.Terms terms;
    try (Engine engine = new NativeEngine(2)) {
      terms = bound.of(engine, model.of(gaussian()), points, 2);
    }
    double steps = 0;
    for (int i = 1; i < levels.length; i++) {
      double alpha = schedule.alpha(levels[i]);
      double sigma = schedule.sigma(levels[i]);
      double before = Math.pow(schedule.sigma(levels[i - 1]) / schedule.alpha(levels[i - 1]), 2);
      double error =
          Arrays.stream(VARIANCES).map(c -> alpha * alpha * c / (alpha * alpha * c + sigma * sigma)).sum();
      double exact = (Math.pow(sigma / alpha, 2) / before - 1) / 2 * error;
      steps += exact;
      // Relative standard error of a mean of squares of three normals: at most sqrt(2 / count).
      assertThat(terms.byLevel()[i - 1]).isCloseTo(exact, within(5 * exact * Math.sqrt(2.0 / count)));
    }
    SummaryStatistics sum = statistics(terms.steps());
    assertThat(sum.getMean()).isCloseTo(steps, within(3.5 * error(sum)));
    double alpha = schedule.alpha(levels[0]);
    double sigma = schedule.sigma(levels[0]);
    double variance = sigma * sigma / (alpha * alpha + sigma * sigma);
    double least = Arrays.stream(VARIANCES).map(c -> c * sigma * sigma / (alpha * alpha * c + sigma * sigma)).sum();
    double logVolume = Arrays.stream(ExactModel.Data.SCALING.deviation()).map(Math::log).sum();
    SummaryStatistics reconstruction = statistics(terms.reconstruction());
    assertThat(reconstruction.getMean())
        .isCloseTo(
            1.5 * Math.log(2 * Math.PI * variance) + least / (2 * variance) + logVolume,
            within(3.5 * error(reconstruction)));
    double last = levels[levels.length - 1];
    double prior =
        Arrays.stream(VARIANCES)
            .map(
                c -> {
                  double scale = schedule.priorScale();
                  double square = Math.pow(schedule.sigma(last) / scale, 2);
                  return (Math.pow(schedule.alpha(last) / scale, 2) * c + square - 1 - Math.log(square)) / 2;
                })
            .sum();
    SummaryStatistics priors = statistics(terms.prior());
    assertThat(priors.getMean()).isCloseTo(prior, within(3.5 * error(priors) + 1e-12));
  }

  @Test
  void refusesWhatHasNoBound() {
    Diffuser diffuser =
        new Diffuser(
            ExactModel.Data.VP, Parameterization.EPS, new TimeEmbedding.Bare(1),
            new Scaling(new double[] {0, 3}, new double[] {1, 0}));
    assertThatThrownBy(() -> new VariationalBound(diffuser, 10)).hasMessageContaining("is the same in all data");
    assertThatThrownBy(() -> new VariationalBound(ExactModel.CONTINUOUS.diffuser(), 1)).hasMessageContaining("two levels");
  }
}
