package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;

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

  /// @param most error at t = 0.1, 0.3 and 0.7, where untrained networks have about 1
  @ParameterizedTest
  @CsvSource({"DENOISING, 0.12", "EXPLICIT, 0.08", "IMPLICIT, 0.2", "SLICED, 0.25"})
  void allReachTheSameScore(Objective.Matching matching, double most) {
    DataSet data = DataSet.draw(MIXTURE, 40_000, 5);
    Diffuser diffuser =
        new Diffuser(SCHEDULE, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(2));
    Objective objective =
        new Objective(
            Weighting.NONE, Objective.Reduction.MEAN, Objective.Physics.none(), 0, Objective.Coupling.INDEPENDENT, matching);
    TrainingOptions options =
        new TrainingOptions(1500, 256, 4e-3, TrainingOptions.Decay.COSINE, AdamOptions.defaults(), objective, 3);
    Mlp mlp = Mlp.uniform(2, 1, 3, 32, Activation.SILU);
    try (Engine engine = Engines.open("auto", 2).engine();
        Trainer trainer = new Trainer(engine, diffuser, mlp, data, options)) {
      long start = System.nanoTime();
      Network network = trainer.run();
      double[] errors = {error(engine, diffuser, network, 0.1), error(engine, diffuser, network, 0.3), error(engine, diffuser, network, 0.7)};
      System.out.println(matching + " " + java.util.Arrays.toString(errors) + " " + (System.nanoTime() - start) / 1e9);
      for (double error : errors) {
        assertThat(error).isLessThan(most);
      }
    }
  }
}
