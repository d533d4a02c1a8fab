package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Start;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.RectifiedFlow;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Lines between two distributions, with noise in their middle, against what their moments are.
class InterpolantsTest {
  private static final double LATENT = 0.7;

  private static GaussianMixture normal(String name, double mean, double variance) {
    return new GaussianMixture(
        name, new double[] {1}, new double[][] {{mean, 0}}, new double[][][] {{{variance, 0}, {0, 1}}});
  }

  @Test
  void statesAndVelocitiesHaveTheMomentsOfTheInterpolant() {
    Start start = new Start(() -> normal("source", 2, 0.25), LATENT);
    Diffuser diffuser =
        new Diffuser(new RectifiedFlow(0.01, 1), Parameterization.VELOCITY, new TimeEmbedding.Bare(1), Scaling.identity(2))
            .withStart(start);
    Objective objective = new Objective(Weighting.NONE, Objective.Reduction.SUM);
    Mlp mlp = Mlp.uniform(2, 1, 2, 8, Activation.TANH);
    float[] states = normal("data", -1, 4).draw(3, 0, 1 << 14);
    TrainingPlan plain =
        new TrainingPlan(
            mlp, diffuser.noiseTable(objective), states, 8, AdamOptions.defaults(), 5, Optional.empty());
    TrainingPlan plan = Interpolants.plan(plain, diffuser, objective, states);
    // Four standard errors.
    int each = plan.pointsOfPart();
    assertThat(plan.rowsOfPart()).isEqualTo(1);
    for (int part : new int[] {0, 64, 128, 200, 255}) {
      double t = plan.table().get(NoiseColumn.SIGMA, part);
      double sum = 0;
      double squares = 0;
      double speeds = 0;
      double product = 0;
      for (int i = part * each; i < (part + 1) * each; i++) {
        double a = plan.data()[2 * i];
        double b = plan.pairing().orElseThrow().noise()[2 * i];
        double x = plan.table().get(NoiseColumn.ALPHA, part) * a + t * b;
        double v = plan.table().get(NoiseColumn.TARGET_X0, part) * a + plan.table().get(NoiseColumn.TARGET_EPS, part) * b;
        sum += x;
        squares += x * x;
        speeds += v;
        product += (x - (-1 * (1 - t) + 2 * t)) * (v - 3);
      }
      double gamma = LATENT * Math.pow(Math.sin(Math.PI * t), 2);
      double rate = LATENT * Math.PI * Math.sin(2 * Math.PI * t);
      double mean = -1 * (1 - t) + 2 * t;
      double variance = (1 - t) * (1 - t) * 4 + t * t * 0.25 + gamma * gamma;
      assertThat(sum / each).as("t = %s", t).isCloseTo(mean, within(0.25));
      assertThat(squares / each - Math.pow(sum / each, 2)).as("t = %s", t).isCloseTo(variance, within(0.2 * variance));
      assertThat(speeds / each).isCloseTo(3, within(0.4));
      // Half the rate of the variance.
      double half = -(1 - t) * 4 + t * 0.25 + gamma * rate;
      assertThat(product / each).as("t = %s", t).isCloseTo(half, within(0.8));
    }
  }
}
