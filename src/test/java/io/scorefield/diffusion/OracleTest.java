package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.DataSet;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.data.Scaling;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.ProgramInterpreter;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.eval.Distances;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Constraint;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// For a mixture of Gaussians the score is known at every noise level: samplers are tested without a
/// network, and a network without a sampler.
class OracleTest {
  private static final VariancePreserving VP = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
  private static final GaussianMixture MIXTURE =
      new GaussianMixture(
          "oracle",
          new double[] {0.25, 0.75},
          new double[][] {{-1.2, 0.6}, {0.8, -0.3}},
          new double[][][] {{{0.04, 0.01}, {0.01, 0.09}}, {{0.1, -0.05}, {-0.05, 0.08}}});

  private static ProgramInterpreter.Output exactScore(Diffuser diffuser, GaussianMixture mixture) {
    Map<Double, Level> levels = new ConcurrentHashMap<>();
    return (row, x) -> {
      Level level = levels.computeIfAbsent(row.time(), t -> Level.of(diffuser, mixture, t));
      double[] score = new double[2];
      level.score.evaluate(x, score);
      Parameterization.Coefficients c = level.coefficients;
      double[] output = new double[2];
      for (int d = 0; d < 2; d++) {
        output[d] = (-level.sigma * score[d] - c.epsFromX() * x[d]) / c.epsFromOutput();
      }
      return output;
    };
  }

  /// What all samples share at a noise level.
  private record Level(double sigma, GaussianMixture.ScoreFunction score, Parameterization.Coefficients coefficients) {
    static Level of(Diffuser diffuser, GaussianMixture mixture, double t) {
      double sigma = diffuser.schedule().sigma(t);
      return new Level(
          sigma, mixture.noised(diffuser.schedule().alpha(t), sigma).scoreFunction(), diffuser.coefficients(t));
    }
  }

  private static float[] sampleExactly(
      Diffuser diffuser, Sampler sampler, GaussianMixture mixture, int n) {
    StepProgram program = sampler.compile(diffuser);
    ProgramInterpreter.Output score = exactScore(diffuser, mixture);
    float[] samples = new float[2 * n];
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              double[] x = ProgramInterpreter.run(program, PhysicsTerm.none(), score, 21, i, 2);
              samples[2 * i] = (float) x[0];
              samples[2 * i + 1] = (float) x[1];
            });
    return samples;
  }

  static Stream<Arguments> samplers() {
    // The last column is the bias that the steps of the sampler themselves leave.
    NoiseSchedule linear = DiscreteSchedule.linear(1000, 1e-4, 0.02);
    NoiseSchedule cosine = DiscreteSchedule.cosine(1000);
    NoiseSchedule edm = new KarrasSchedule(0.01, 40, -0.5, 1.2);
    NoiseSchedule exploding = new VarianceExploding(0.01, 20, 1e-5);
    return Stream.of(
        Arguments.of(cosine, AncestralSampler.ddpm(), Parameterization.EPS, 0.003),
        Arguments.of(linear, new AncestralSampler(0, 0), Parameterization.EPS, 0.003),
        Arguments.of(VP, new EulerMaruyamaSampler(1000), Parameterization.SCORE, 0.003),
        Arguments.of(VP, FlowSampler.heun(200), Parameterization.V, 0.003),
        Arguments.of(VP, new PredictorCorrector(300, 1, 0.1), Parameterization.EPS, 0.012),
        Arguments.of(cosine, new PredictorCorrector(250, 1, 0.1), Parameterization.V, 0.012),
        Arguments.of(exploding, FlowSampler.heun(200), Parameterization.EPS, 0.003),
        Arguments.of(VP, new EulerMaruyamaSampler(TimeGrid.uniform(1000), 0.5), Parameterization.V, 0.003),
        Arguments.of(VP, new AncestralSampler(logSnr(200), 0.5, 0), Parameterization.VELOCITY, 0.003),
        Arguments.of(cosine, new AncestralSampler(TimeGrid.uniform(0), 1, 0.5), Parameterization.V, 0.003),
        Arguments.of(VP, new MultistepSolver(logSnr(60), 1), Parameterization.V, 0.01),
        Arguments.of(VP, new GradientEstimationSampler(logSnr(200), 1.2, 0.3), Parameterization.EPS, 0.01),
        Arguments.of(edm, new ChurnSampler(new TimeGrid.Spaced(new Spacing.Karras(7), 60), 20, 0.05, 10, 1), Parameterization.EDM, 0.01),
        Arguments.of(exploding, new AnnealedLangevinSampler(logSnr(20), 100, 0.05), Parameterization.SCORE, 0.015));
  }

  private static TimeGrid logSnr(int steps) {
    return new TimeGrid.Spaced(new Spacing.LogSnr(), steps);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("samplers")
  void exactScoreReproducesTheMixture(
      NoiseSchedule schedule, Sampler sampler, Parameterization parameterization, double bias) {
    Diffuser diffuser =
        new Diffuser(schedule, parameterization, new TimeEmbedding.Bare(1), Scaling.identity(2));
    int n = 4000;
    float[] samples = sampleExactly(diffuser, sampler, MIXTURE, n);
    // The components are well apart: assign every sample to the nearer mean.
    for (int k = 0; k < 2; k++) {
      double[] mean = new double[2];
      double[][] second = new double[2][2];
      int count = 0;
      for (int i = 0; i < n; i++) {
        if (component(samples, i) == k) {
          count++;
          for (int d = 0; d < 2; d++) {
            mean[d] += samples[2 * i + d];
            for (int e = 0; e < 2; e++) {
              second[d][e] += samples[2 * i + d] * samples[2 * i + e];
            }
          }
        }
      }
      double weight = MIXTURE.weight(k);
      assertThat((double) count / n)
          .isCloseTo(weight, within(4 * Math.sqrt(weight * (1 - weight) / n) + bias));
      for (int d = 0; d < 2; d++) {
        mean[d] /= count;
        double variance = MIXTURE.covariance(k)[d][d];
        assertThat(mean[d])
            .isCloseTo(MIXTURE.mean(k)[d], within(4 * Math.sqrt(variance / count) + bias));
      }
      for (int d = 0; d < 2; d++) {
        for (int e = 0; e < 2; e++) {
          double covariance = second[d][e] / count - mean[d] * mean[e];
          double scale =
              Math.sqrt(MIXTURE.covariance(k)[d][d] * MIXTURE.covariance(k)[e][e]);
          assertThat(covariance)
              .isCloseTo(
                  MIXTURE.covariance(k)[d][e],
                  within(4 * scale * Math.sqrt(2.0 / count) + bias));
        }
      }
    }
  }

  private static int component(float[] samples, int i) {
    double best = Double.POSITIVE_INFINITY;
    int nearest = 0;
    for (int k = 0; k < 2; k++) {
      double distance =
          Math.hypot(
              samples[2 * i] - MIXTURE.mean(k)[0], samples[2 * i + 1] - MIXTURE.mean(k)[1]);
      if (distance < best) {
        best = distance;
        nearest = k;
      }
    }
    return nearest;
  }

  /// Half moons with jitter 0.05 as a mixture: 60 equal Gaussians along each arc, closer together than
  /// they are wide.
  static GaussianMixture halfMoonsMixture() {
    int perArc = 60;
    double[] weights = new double[2 * perArc];
    double[][] means = new double[2 * perArc][];
    double[][][] covariances = new double[2 * perArc][][];
    for (int i = 0; i < 2 * perArc; i++) {
      double angle = Math.PI * (i / 2 + 0.5) / perArc;
      weights[i] = 1.0 / (2 * perArc);
      means[i] =
          i % 2 == 0
              ? new double[] {Math.cos(angle), Math.sin(angle)}
              : new double[] {1 - Math.cos(angle), 0.5 - Math.sin(angle)};
      covariances[i] = new double[][] {{0.0025, 0}, {0, 0.0025}};
    }
    return new GaussianMixture("half moons", weights, means, covariances);
  }

  @Test
  void thousandEulerMaruyamaStepsWithTheExactScoreReachTheNoiseFloorOfHalfMoons() {
    Diffuser diffuser =
        new Diffuser(VP, Parameterization.SCORE, new TimeEmbedding.Bare(1), Scaling.identity(2));
    // Independent parts of the samples against independent draws of the truth.
    int repeats = 4;
    int n = Integer.getInteger("scorefield.oracle.samples", 200);
    float[] samples =
        sampleExactly(
            diffuser, new EulerMaruyamaSampler(1000), halfMoonsMixture(), repeats * n);
    PlaneDistribution moons = PlaneDistribution.halfMoons(0.05);
    double distance = 0;
    double floor = 0;
    for (int k = 0; k < repeats; k++) {
      float[] part = Arrays.copyOfRange(samples, 2 * n * k, 2 * n * (k + 1));
      distance +=
          Distances.slicedWasserstein2(part, moons.draw(100 + k, n), 2, 64) / repeats;
      floor +=
          Distances.slicedWasserstein2(moons.draw(200 + k, n), moons.draw(300 + k, n), 2, 64)
              / repeats;
    }
    if (Boolean.getBoolean("scorefield.oracle.print")) {
      System.out.printf("exact score: %.4f, floor %.4f, n %d%n", distance, floor, n);
    }
    assertThat(distance).isBetween(0.7 * floor, 1.3 * floor);
  }

  /// A ring of radius 1.5 as a mixture: 60 equal Gaussians with the given deviation.
  private static GaussianMixture ring(double deviation) {
    int n = 60;
    double[] weights = new double[n];
    double[][] means = new double[n][];
    double[][][] covariances = new double[n][][];
    for (int i = 0; i < n; i++) {
      double angle = 2 * Math.PI * i / n;
      weights[i] = 1.0 / n;
      means[i] = new double[] {1.5 * Math.cos(angle), 1.5 * Math.sin(angle)};
      double variance = deviation * deviation;
      covariances[i] = new double[][] {{variance, 0}, {0, variance}};
    }
    return new GaussianMixture("ring", weights, means, covariances);
  }

  @Test
  void equationEightTakenLiterallyMakesTheResidualWorseAndTheLikelihoodBetter() {
    Diffuser diffuser =
        new Diffuser(
            DiscreteSchedule.cosine(100), Parameterization.EPS, new TimeEmbedding.Bare(1),
            Scaling.identity(2));
    GaussianMixture ring = ring(0.09);
    double plain = meanResidual(diffuser, ring, new Guidance.None());
    double corrected =
        meanResidual(diffuser, ring, new Guidance.Literal(1, Guidance.At.CORRECTED));
    double before = meanResidual(diffuser, ring, new Guidance.Literal(1, Guidance.At.BEFORE));
    double likelihood = meanResidual(diffuser, ring, new Guidance.Likelihood(0.02, 1));
    double projected = meanResidual(diffuser, ring, new Projection(false, 1));
    assertThat(plain).isBetween(0.05, 0.1); // 0.09 sqrt(2/pi) = 0.072
    assertThat(corrected / plain).isBetween(5.0, 9.0);
    assertThat(before / plain).isBetween(5.0, 9.0);
    assertThat(plain / likelihood).isGreaterThan(3);
    assertThat(projected).isLessThan(1e-6);
  }

  private static double meanResidual(
      Diffuser diffuser, GaussianMixture mixture, Guidance guidance) {
    StepProgram program = diffuser.program(AncestralSampler.ddpm(), guidance);
    PhysicsTerm physics =
        diffuser.term(guidance, Optional.of(Constraint.sphere(2, 1.5)));
    ProgramInterpreter.Output score = exactScore(diffuser, mixture);
    int n = 300;
    return IntStream.range(0, n)
        .parallel()
        .mapToDouble(
            i -> {
              double[] x = ProgramInterpreter.run(program, physics, score, 8, i, 2);
              return Math.abs(Math.hypot(x[0], x[1]) - 1.5) / n;
            })
        .sum();
  }

  @Test
  void aTrainedNetworksScoreComesCloseToTheExactOne() {
    Diffuser diffuser =
        new Diffuser(VP, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(2));
    Mlp mlp = Mlp.uniform(2, 1, 3, 48, Activation.SILU);
    TrainingOptions options =
        new TrainingOptions(
            6000, 128, 2e-3, TrainingOptions.Decay.COSINE, AdamOptions.defaults(),
            new Objective(Weighting.NONE, Objective.Reduction.MEAN), 1);
    DataSet data = DataSet.draw(MIXTURE, 20_000, 4);
    Map<Double, Double> errors = new HashMap<>();
    try (Engine engine = new ReferenceEngine(2);
        Trainer trainer = new Trainer(engine, diffuser, mlp, data, options)) {
      Network network = trainer.run();
      for (double t : new double[] {0.1, 0.3, 0.6}) {
        double alpha = VP.alpha(t);
        double sigma = VP.sigma(t);
        GaussianMixture noised = MIXTURE.noised(alpha, sigma);
        float[] points = noised.draw(9, 4000);
        float[] score = diffuser.score(engine, network, points, t);
        GaussianMixture.ScoreFunction exact = noised.scoreFunction();
        double[] truth = new double[2];
        double error = 0;
        double norm = 0;
        for (int i = 0; i < 4000; i++) {
          exact.evaluate(new double[] {points[2 * i], points[2 * i + 1]}, truth);
          for (int d = 0; d < 2; d++) {
            error += Math.pow(score[2 * i + d] - truth[d], 2);
            norm += truth[d] * truth[d];
          }
        }
        errors.put(t, Math.sqrt(error / norm));
      }
    }
    // Relative error of the score in the mean square over the noisy density.
    assertThat(errors.get(0.1)).isLessThan(0.35);
    assertThat(errors.get(0.3)).isLessThan(0.15);
    assertThat(errors.get(0.6)).isLessThan(0.06);
  }
}
