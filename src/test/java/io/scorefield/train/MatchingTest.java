package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.DataSet;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.VariancePreserving;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// All ways of score matching reach the score of a mixture of Gaussians, which is known.
class MatchingTest {
  private static final GaussianMixture MIXTURE =
      new GaussianMixture(
          "two", new double[] {0.4, 0.6}, new double[][] {{-1, 0.5}, {1, -0.2}},
          new double[][][] {{{0.2, 0.05}, {0.05, 0.3}}, {{0.3, 0}, {0, 0.15}}});
  private static final VariancePreserving SCHEDULE = new VariancePreserving(0.1, 20, 0.05, 1e-5);
  private static final int POINTS = 2000;

  /// Root mean square of the score's error, relative to the score's own.
  static double error(Engine engine, Diffuser diffuser, Network network, double t) {
    double alpha = SCHEDULE.alpha(t);
    double sigma = SCHEDULE.sigma(t);
    GaussianMixture noised = MIXTURE.noised(alpha, sigma);
    float[] points = noised.draw(77, POINTS);
    float[] found = diffuser.score(engine, network, points, t);
    GaussianMixture.ScoreFunction exact = noised.scoreFunction();
    double[] score = new double[2];
    double squares = 0;
    double all = 0;
    for (int i = 0; i < POINTS; i++) {
      exact.evaluate(new double[] {points[2 * i], points[2 * i + 1]}, score);
      for (int d = 0; d < 2; d++) {
        squares += Math.pow(found[2 * i + d] - score[d], 2);
        all += score[d] * score[d];
      }
    }
    return Math.sqrt(squares / all);
  }

  /// Relative errors at t = 0.1, 0.3 and 0.7. All have the same weights in the loss; what implicit matching is left with where
  /// there is little noise is the variance of its loss, which there is the larger.
  @ParameterizedTest
  @CsvSource({"DENOISING, 0.25", "EXPLICIT, 0.15", "IMPLICIT, 0.5", "SLICED, 0.5"})
  void allReachTheSameScore(Objective.Matching matching, double most) {
    DataSet data = DataSet.draw(MIXTURE, 40_000, 5);
    Diffuser diffuser =
        new Diffuser(SCHEDULE, Parameterization.EPS, new TimeEmbedding.Sinusoidal(16, 1000), Scaling.identity(2));
    Objective objective =
        new Objective(
            Weighting.NONE, Objective.Reduction.MEAN, Objective.Physics.none(), 0, Objective.Coupling.INDEPENDENT, matching);
    TrainingOptions options =
        new TrainingOptions(
            2000, 384, 5e-3, TrainingOptions.Decay.COSINE, new AdamOptions(0.9, 0.999, 1e-8, 1, 0.995), objective, 3);
    Mlp mlp = Mlp.uniform(2, 16, 3, 32, Activation.SILU);
    try (Engine engine = Engines.open("auto", 2).engine();
        Trainer trainer = new Trainer(engine, diffuser, mlp, data, options)) {
      Network untrained = trainer.network();
      double[] losses = trainer.advance(1000).data();
      Network network = trainer.run();
      assertThat(error(engine, diffuser, network, 0.1)).isLessThan(most).isLessThan(0.6 * error(engine, diffuser, untrained, 0.1));
      assertThat(error(engine, diffuser, network, 0.3)).isLessThan(0.1);
      assertThat(error(engine, diffuser, network, 0.7)).isLessThan(0.06);
      // The loss is denoising's in the mean; explicit matching's is less by the part that no network can reach.
      double loss = Arrays.stream(losses, 500, 1000).average().orElseThrow();
      if (matching == Objective.Matching.EXPLICIT) {
        assertThat(loss).isLessThan(0.01);
      } else {
        assertThat(loss).isCloseTo(0.195, within(0.015));
      }
    }
  }
}
