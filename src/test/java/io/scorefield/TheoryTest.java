package io.scorefield;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Sampler;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeRunner;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.VariancePreserving;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.integration.SimpsonIntegrator;
import org.junit.jupiter.api.Test;

/// The claims of docs/theory.md, in its order, checked by numbers.
class TheoryTest {
  private static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(100);
  private static final VariancePreserving VP = new VariancePreserving(0.1, 20, 1e-3, 1e-5);

  /// A mixture in one dimension.
  private static final GaussianMixture MIXTURE =
      new GaussianMixture(
          "line",
          new double[] {0.4, 0.6},
          new double[][] {{-1}, {0.7}},
          new double[][][] {{{0.05}}, {{0.2}}});

  private static double integral(DoubleUnaryOperator f) {
    return new SimpsonIntegrator(1e-10, 1e-12, 12, 60).integrate(10_000_000, f::applyAsDouble, -9, 9);
  }

  private static double normal(double x, double mean, double deviation) {
    double z = (x - mean) / deviation;
    return Math.exp(-0.5 * z * z) / (deviation * Math.sqrt(2 * Math.PI));
  }

  private static double score(GaussianMixture mixture, double x) {
    double[] score = new double[1];
    mixture.scoreFunction().evaluate(new double[] {x}, score);
    return score[0];
  }

  private static double density(GaussianMixture mixture, double x) {
    return Math.exp(mixture.scoreFunction().evaluate(new double[] {x}, new double[1]));
  }

  @Test
  void scoreOfAGaussianPerturbationIsMinusEpsOverSigma() {
    double alpha = VP.alpha(0.3);
    double sigma = VP.sigma(0.3);
    double x0 = 0.8;
    double eps = -1.1;
    double x = alpha * x0 + sigma * eps;
    double h = 1e-5;
    double slope =
        (Math.log(normal(x + h, alpha * x0, sigma)) - Math.log(normal(x - h, alpha * x0, sigma)))
            / (2 * h);
    assertThat(slope).isCloseTo(-eps / sigma, within(1e-8));
    // So a network that predicts the score has predicted eps, and one of data that are a point has this score.
    Parameterization.Coefficients c = Parameterization.SCORE.at(alpha, sigma);
    assertThat(c.epsFromX() * x + c.epsFromOutput() * slope).isCloseTo(eps, within(1e-8));
    GaussianMixture point =
        new GaussianMixture("point", new double[] {1}, new double[][] {{x0}}, new double[][][] {{{1e-6}}});
    assertThat(score(point.noised(alpha, sigma), x)).isCloseTo(slope, within(2e-5));
  }

  @Test
  void theLastCosineStepsAmplifyErrorsOfEps() {
    // What an error of eps becomes in one DDPM step: beta / (sqrt(1 - alphaBar) sqrt(1 - beta)).
    assertThat(amplification(100)).isCloseTo(31.6, within(0.1));
    assertThat(amplification(99)).isCloseTo(1.5, within(0.1));
    assertThat(amplification(98)).isCloseTo(0.83, within(0.01));
    assertThat(1 / COSINE.alpha(100)).isCloseTo(2029, within(1.0));
    assertThat(1 / COSINE.alpha(99)).isCloseTo(64, within(0.5));
    // Without clipping, beta_T would be 1: a division by zero. No beta before it is touched.
    for (double clip : new double[] {0.99, 0.999999999999999}) {
      DiscreteSchedule clipped = DiscreteSchedule.cosine(100, 0.008, clip);
      assertThat(clipped.beta(100)).isEqualTo(clip);
      assertThat(clipped.alpha(100)).isCloseTo(COSINE.alpha(99) * Math.sqrt(1 - clip), within(1e-15));
      for (int t = 1; t < 100; t++) {
        assertThat(clipped.beta(t)).isEqualTo(COSINE.beta(t)).isLessThan(0.99);
      }
    }
  }

  private static double amplification(int t) {
    return COSINE.beta(t) / (COSINE.sigma(t) * Math.sqrt(1 - COSINE.beta(t)));
  }

  @Test
  void betaMaxDecidesHowMuchOfTheDataIsLeftAtTheEnd() {
    assertThat(VP.alpha(1)).isCloseTo(0.00657, within(1e-5));
    assertThat(new VariancePreserving(0.1, 5, 1e-3, 0).alpha(1)).isCloseTo(0.2794, within(1e-4));
    // betaMin decides how fast noise sets in: sigma^2 is about betaMin t for small t.
    for (double betaMin : new double[] {0.01, 0.1, 1}) {
      double sigma = new VariancePreserving(betaMin, 20, 1e-3, 0).sigma(1e-6);
      assertThat(sigma * sigma).isCloseTo(betaMin * 1e-6, within(betaMin * 1e-6 * 2e-3));
    }
  }

  /// U(x) = (x^2 - 1)^2 at temperature kT has the density exp(-U/kT)/Z; its force is minus the gradient of the objective.
  @Test
  void scoreOfABoltzmannDistributionIsTheForceOverKt() {
    double kT = 0.4;
    TapeBuilder builder = new TapeBuilder(1);
    int deviation = builder.subtract(builder.square(builder.input(0)), builder.constant(1));
    Tape energy = builder.objective(builder.square(deviation), 1 / kT).build();
    DoubleUnaryOperator weight = x -> Math.exp(-Math.pow(x * x - 1, 2) / kT);
    double z = integral(weight);
    double h = 1e-5;
    for (int i = -5; i <= 5; i++) {
      double x = 0.3 * i;
      double score =
          (Math.log(weight.applyAsDouble(x + h) / z) - Math.log(weight.applyAsDouble(x - h) / z)) / (2 * h);
      double[] gradient = new double[1];
      TapeRunner runner = new TapeRunner(energy);
      double value = runner.forward(new double[] {x}, 0, new double[0]);
      runner.reverse(new double[] {x}, 0, new double[0], 1, gradient, 0);
      assertThat(Math.exp(-value)).isCloseTo(weight.applyAsDouble(x), within(1e-12));
      assertThat(-gradient[0]).isCloseTo(score, within(1e-6));
    }
  }

  @Test
  void forceOfARotationInvariantEnergyIsEquivariant() {
    // Energy 1/2 r^2 of the sphere's residual: gradient at R x is R times the gradient at x.
    Tape tape = Constraint.sphere(2, 1.5).tape();
    Random random = new Random(5);
    for (int trial = 0; trial < 20; trial++) {
      double[] x = {random.nextGaussian(), random.nextGaussian()};
      double angle = 2 * Math.PI * random.nextDouble();
      double[] rotated = rotate(x, angle);
      double[] expected = rotate(gradient(tape, x), angle);
      assertThat(gradient(tape, rotated)).containsExactly(expected, within(1e-12));
    }
  }

  private static double[] rotate(double[] x, double angle) {
    return new double[] {
      Math.cos(angle) * x[0] - Math.sin(angle) * x[1],
      Math.sin(angle) * x[0] + Math.cos(angle) * x[1]
    };
  }

  private static double[] gradient(Tape tape, double[] x) {
    double[] residuals = new double[tape.residuals()];
    double[] gradient = new double[2];
    TapeRunner runner = new TapeRunner(tape);
    runner.forward(x, 0, residuals);
    runner.reverse(x, 0, residuals, 0, gradient, 0);
    return gradient;
  }

  @Test
  void tweediesFormulaIsThePosteriorMean() {
    double alpha = 0.7;
    double sigma = 0.5;
    for (double x : new double[] {-1.5, -0.2, 0.4, 1.3}) {
      double evidence =
          integral(x0 -> density(MIXTURE, x0) * normal(x, alpha * x0, sigma));
      double mean =
          integral(x0 -> x0 * density(MIXTURE, x0) * normal(x, alpha * x0, sigma)) / evidence;
      double tweedie = (x + sigma * sigma * score(MIXTURE.noised(alpha, sigma), x)) / alpha;
      assertThat(tweedie).isCloseTo(mean, within(1e-6));
    }
  }

  @Test
  void denoisingAndExplicitScoreMatchingDifferByAConstant() {
    double alpha = 0.8;
    double sigma = 0.4;
    GaussianMixture noised = MIXTURE.noised(alpha, sigma);
    DoubleUnaryOperator first = x -> -x;
    DoubleUnaryOperator second = x -> Math.sin(2 * x) - 0.3;
    double one = denoising(first, alpha, sigma) - explicit(first, noised);
    double two = denoising(second, alpha, sigma) - explicit(second, noised);
    assertThat(one).isCloseTo(two, within(1e-3)).isPositive();
  }

  private static double explicit(DoubleUnaryOperator model, GaussianMixture noised) {
    return integral(
        x -> density(noised, x) * Math.pow(model.applyAsDouble(x) - score(noised, x), 2));
  }

  /// E |s(x_t) + eps/sigma|^2 by quadrature over x_0 and eps.
  private static double denoising(DoubleUnaryOperator model, double alpha, double sigma) {
    int n = 600;
    double total = 0;
    double step0 = 8.0 / n;
    double stepE = 14.0 / n;
    for (int i = 0; i < n; i++) {
      double x0 = -4 + (i + 0.5) * step0;
      double weight = density(MIXTURE, x0) * step0;
      for (int j = 0; j < n; j++) {
        double eps = -7 + (j + 0.5) * stepE;
        double error = model.applyAsDouble(alpha * x0 + sigma * eps) + eps / sigma;
        total += weight * normal(eps, 0, 1) * stepE * error * error;
      }
    }
    return total;
  }

  @Test
  void theUnweightedLossLivesAtTheSmallestTimes() {
    // The share of 1/sigma^2 on [0.001, t], by the substitution t = exp(u).
    DoubleUnaryOperator weight =
        u -> Math.exp(u) / (VP.sigma(Math.exp(u)) * VP.sigma(Math.exp(u)));
    SimpsonIntegrator simpson = new SimpsonIntegrator(1e-9, 1e-12, 8, 40);
    double all = simpson.integrate(10_000_000, weight::applyAsDouble, Math.log(1e-3), 0);
    double to001 =
        simpson.integrate(10_000_000, weight::applyAsDouble, Math.log(1e-3), Math.log(0.01));
    double to005 =
        simpson.integrate(10_000_000, weight::applyAsDouble, Math.log(1e-3), Math.log(0.05));
    assertThat(to001 / all).isCloseTo(0.69, within(0.01));
    assertThat(to005 / all).isCloseTo(0.90, within(0.01));
  }

  @Test
  void aStepOfFixedLengthCannotStayNearTheCircle() {
    // x <- x - lambda grad |r| moves by lambda however small r is: |r| before plus |r| after >= lambda.
    Tape tape = Constraint.sphere(2, 1.5).tape();
    Random random = new Random(2);
    double lambda = 1;
    int near = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] x = {2 * random.nextGaussian(), 2 * random.nextGaussian()};
      double before = tape.residuals(x, 0)[0];
      double[] gradient = new double[2];
      TapeRunner runner = new TapeRunner(tape);
      runner.forward(x, 0, new double[1]);
      runner.reverse(x, 0, new double[] {Math.signum(before)}, 0, gradient, 0);
      double[] moved = {x[0] - lambda * gradient[0], x[1] - lambda * gradient[1]};
      double after = tape.residuals(moved, 0)[0];
      assertThat(Math.hypot(moved[0] - x[0], moved[1] - x[1])).isCloseTo(lambda, within(1e-12));
      assertThat(Math.abs(before) + Math.abs(after)).isGreaterThan(lambda - 1e-12);
      near += Math.abs(before) < lambda / 2 ? 1 : 0;
    }
    // Of those that were near, none still is.
    assertThat(near).isPositive();
  }

  /// dx0hat/dx = alpha/sigma^2 Var(x_0 | x): the derivative of Tweedie's estimate is a variance.
  @Test
  void theDerivativeOfTweediesEstimateIsAVariance() {
    double alpha = 0.6;
    double sigma = 0.8;
    GaussianMixture noised = MIXTURE.noised(alpha, sigma);
    DoubleUnaryOperator estimate = x -> (x + sigma * sigma * score(noised, x)) / alpha;
    double h = 1e-5;
    for (double x : new double[] {-1.2, -0.1, 0.9}) {
      DoubleUnaryOperator joint = x0 -> density(MIXTURE, x0) * normal(x, alpha * x0, sigma);
      double mass = integral(joint);
      double mean = integral(x0 -> x0 * joint.applyAsDouble(x0)) / mass;
      double variance = integral(x0 -> (x0 - mean) * (x0 - mean) * joint.applyAsDouble(x0)) / mass;
      double slope = (estimate.applyAsDouble(x + h) - estimate.applyAsDouble(x - h)) / (2 * h);
      assertThat(slope).isCloseTo(alpha / (sigma * sigma) * variance, within(1e-6));
    }
    // At t = 100 all of a circle of radius 1.5 is still possible: in every direction its variance is r^2/2.
    double exact = COSINE.alpha(100) / Math.pow(COSINE.sigma(100), 2) * 1.5 * 1.5 / 2;
    assertThat(exact).isCloseTo(0.00055, within(0.000005));
    assertThat(1 / COSINE.alpha(100)).isCloseTo(2029, within(1.0));
  }

  /// With exact scores the sampler is an affine map of Gaussian data: v <- (a + b k)^2 v + n^2 row by row.
  @Test
  void fewStepsNarrowTheSamplesOfAnExactModel() {
    assertThat(variance(AncestralSampler.ddpm(), COSINE)).isCloseTo(0.9546, within(0.0005));
    assertThat(variance(new AncestralSampler(25, 0), COSINE)).isCloseTo(0.906, within(0.0005));
    assertThat(variance(AncestralSampler.ddpm(), DiscreteSchedule.cosine(1000))).isCloseTo(0.995, within(0.001));
  }

  /// Variance of the samples of N(0, 1), whose exact eps is sigma x.
  private static double variance(Sampler sampler, DiscreteSchedule schedule) {
    StepProgram program =
        sampler.compile(
            new Diffuser(schedule, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(1)));
    double variance = Math.pow(program.priorScale(), 2);
    for (StepRow row : program.rows()) {
      double factor = row.state() + row.output() * schedule.sigma(row.time());
      variance = factor * factor * variance + row.noise() * row.noise();
    }
    return variance;
  }
}
