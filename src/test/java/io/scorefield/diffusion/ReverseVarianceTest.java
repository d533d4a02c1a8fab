package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.GaussianMixture;
import io.scorefield.engine.Engine;
import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.schedule.NoiseSchedule;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The variance that makes the bound least, of models whose score is exact.
class ReverseVarianceTest {
  /// One Gaussian of the same variance in all directions, as two equal parts.
  private static GaussianMixture gaussian(double variance) {
    double[][] covariance = {{variance, 0, 0}, {0, variance, 0}, {0, 0, variance}};
    return new GaussianMixture(
        "gaussian", new double[] {0.5, 0.5}, new double[2][3], new double[][][] {covariance, covariance});
  }

  private static float[] points(GaussianMixture mixture) {
    int count = 20_000;
    return ExactModel.Data.SCALING.toData(mixture.draw(3, 0, count), count);
  }

  private static EstimateErrors errors(ExactModel model, Engine engine, GaussianMixture mixture) {
    return new EstimateErrors(model.diffuser(), engine, model.of(mixture), points(mixture), false);
  }

  /// Where the data are Gaussian the reverse process is, and the learned variance is its own.
  @ParameterizedTest
  @EnumSource(ExactModel.class)
  void ofAGaussianItIsThatOfTheReverseProcess(ExactModel model) {
    double c = 0.4;
    TimeGrid grid = TimeGrid.uniform(10);
    List<Double> found;
    try (Engine engine = new NativeEngine(2)) {
      found = ReverseVariance.learned(model.diffuser(), errors(model, engine, gaussian(c)), grid).values();
    }
    NoiseSchedule schedule = model.diffuser().schedule();
    double[] levels = grid.toData(schedule);
    assertThat(found).hasSize(10);
    assertThat(found.getLast()).isZero();
    for (int i = 0; i < found.size() - 1; i++) {
      // x_s and x_t are jointly Gaussian: Var(x_s | x_t) = Var(x_s) - Cov^2 / Var(x_t).
      double alpha = schedule.alpha(levels[i]);
      double sigma = schedule.sigma(levels[i]);
      double alphaAfter = schedule.alpha(levels[i + 1]);
      double sigmaAfter = schedule.sigma(levels[i + 1]);
      double after = alphaAfter * alphaAfter * c + sigmaAfter * sigmaAfter;
      double covariance = alpha / alphaAfter * after;
      double exact = after - covariance * covariance / (alpha * alpha * c + sigma * sigma);
      // The standard error of a mean square of 3 x 4096 normals is 1.3 %; float32 where the noise is a millionth.
      assertThat(found.get(i)).as("step %s", i).isCloseTo(exact, within(0.06 * exact));
    }
  }

  /// With it, samples of a Gaussian have the right variance in any number of steps, but for what the last step, which is
  /// without noise, leaves out.
  @Test
  void fewStepsKeepTheVarianceOfAGaussian() {
    double c = 0.4;
    int steps = 4;
    ExactModel model = ExactModel.CONTINUOUS;
    TimeGrid grid = new TimeGrid.Spaced(new Spacing.LogSnr(), steps);
    ReverseVariance learned;
    try (Engine engine = new NativeEngine(2)) {
      learned = ReverseVariance.learned(model.diffuser(), errors(model, engine, gaussian(c)), grid);
    }
    NoiseSchedule schedule = model.diffuser().schedule();
    double[] levels = grid.toData(schedule);
    double last = levels[steps - 1];
    double signal = Math.pow(schedule.alpha(last), 2) * c;
    double exact = c * signal / (signal + Math.pow(schedule.sigma(last), 2));
    SummaryStatistics good = variance(model, new AncestralSampler(grid, 1, learned), c);
    assertThat(good.getVariance()).isCloseTo(exact, within(4 * exact * Math.sqrt(2.0 / good.getN())));
    assertThat(variance(model, new AncestralSampler(grid, 1, 0), c).getVariance()).isLessThan(0.9 * exact);
    assertThat(variance(model, new AncestralSampler(grid, 1, 1), c).getVariance()).isGreaterThan(1.1 * exact);
  }

  /// Of samples in units of the state, all components together.
  private static SummaryStatistics variance(ExactModel model, Sampler sampler, double c) {
    float[] samples =
        new ExactSampler(model.diffuser(), sampler, dataUnits(c)).sample(10_000, 1);
    float[] states = ExactModel.Data.SCALING.toState(samples);
    SummaryStatistics statistics = new SummaryStatistics();
    for (float x : states) {
      statistics.addValue(x);
    }
    return statistics;
  }

  private static GaussianMixture dataUnits(double c) {
    double[] mean = ExactModel.Data.SCALING.mean();
    double[] deviation = ExactModel.Data.SCALING.deviation();
    double[][] covariance = new double[3][3];
    for (int d = 0; d < 3; d++) {
      covariance[d][d] = c * deviation[d] * deviation[d];
    }
    return new GaussianMixture(
        "gaussian", new double[] {0.5, 0.5}, new double[][] {mean, mean}, new double[][][] {covariance, covariance});
  }

  /// Of a mixture it lies between its two bounds, and the bound of fresh points is lower with it than with either end.
  @ParameterizedTest
  @CsvSource({"CONTINUOUS, 10", "CONTINUOUS, 50", "DISCRETE, 10", "DISCRETE, 50", "EXPLODING, 50"})
  void theBoundIsLowerThanWithThePosteriorsVarianceAndWithBeta(ExactModel model, int levels) {
    int count = 3000;
    float[] training = ExactModel.points(8000);
    float[] fresh = ExactModel.Data.SCALING.toData(ExactModel.Data.MIXTURE.draw(77, 0, count), count);
    VariationalBound bound = new VariationalBound(model.diffuser(), levels);
    BoundVariance beta = BoundVariance.beta(bound, model.diffuser());
    List<VariationalBound.Terms> terms;
    BoundVariance learned;
    try (Engine engine = new NativeEngine(2)) {
      learned =
          BoundVariance.learned(bound, new EstimateErrors(model.diffuser(), engine, model.network(), training, false));
      terms =
          bound.of(
              engine, model.network(), fresh, 8, List.of(BoundVariance.posterior(bound), beta, learned));
    }
    NoiseSchedule schedule = model.diffuser().schedule();
    double[] at = bound.levels();
    for (int i = 1; i < at.length; i++) {
      double widest = Math.pow(schedule.alpha(at[i - 1]) / schedule.alpha(at[i]), 2) * beta.ratios()[i];
      assertThat(learned.ratios()[i]).isGreaterThan(1).isLessThanOrEqualTo(widest * (1 + 1e-9));
    }
    double[] least = terms.get(2).total();
    for (int other = 0; other < 2; other++) {
      double[] total = terms.get(other).total();
      SummaryStatistics above = new SummaryStatistics();
      IntStream.range(0, count).forEach(n -> above.addValue(total[n] - least[n]));
      assertThat(above.getMean())
          .as("bound with variance %s", other == 0 ? "posterior" : "beta")
          .isGreaterThan(5 * above.getStandardDeviation() / Math.sqrt(count));
    }
  }

  /// A step's term is the divergence of two normal distributions, here written out with both means.
  @Test
  void aTermIsTheDivergenceOfTheSteps() {
    ExactModel model = ExactModel.CONTINUOUS;
    double c = 0.7;
    VariationalBound bound = new VariationalBound(model.diffuser(), 6);
    BoundVariance beta = BoundVariance.beta(bound, model.diffuser());
    VariationalBound.Terms terms;
    try (Engine engine = new NativeEngine(2)) {
      terms = bound.of(engine, model.of(gaussian(c)), points(gaussian(c)), 2, List.of(beta)).getFirst();
    }
    double[] levels = bound.levels();
    for (int i = 1; i < levels.length; i++) {
      Transition step = Transition.of(model.diffuser().schedule(), levels[i], levels[i - 1]);
      double wide = step.forwardVariance();
      double narrow = step.posteriorVariance();
      double alpha = step.from().alpha();
      double variance = step.from().sigma() * step.from().sigma();
      double error = c * variance / (alpha * alpha * c + variance);
      double means = 3 * Math.pow(step.fromX0(), 2) * error;
      double exact = 1.5 * (narrow / wide - 1 + Math.log(wide / narrow)) + means / (2 * wide);
      assertThat(terms.byLevel()[i - 1]).isCloseTo(exact, within(5 * terms.errors()[i - 1]));
      assertThat(terms.errors()[i - 1]).isLessThan(0.01 * exact + 1e-9);
    }
  }

  @Test
  void refusesVariancesThatDoNotFit() {
    Diffuser diffuser = ExactModel.CONTINUOUS.diffuser();
    assertThatThrownBy(() -> new ReverseVariance.Given(List.of(0.1, -1.0))).hasMessageContaining("not negative");
    assertThatThrownBy(
            () -> new AncestralSampler(TimeGrid.uniform(3), 1, new ReverseVariance.Given(List.of(0.1, 0.2))).compile(diffuser))
        .hasMessageContaining("2 variances for 3 steps");
    assertThatThrownBy(() -> new AncestralSampler(TimeGrid.uniform(1), 0, new ReverseVariance.Given(List.of(0.1))))
        .hasMessageContaining("eta = 1");
  }
}
