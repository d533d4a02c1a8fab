package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.diffusion.LatentSpace;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.network.architecture.Autoencoder.Noise;
import io.scorefield.network.architecture.FieldCoder;
import io.scorefield.network.architecture.FieldGrid;
import io.scorefield.network.architecture.PerceptronCoder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AutoencoderTrainingTest {
  private static TrainingOptions options(int steps, double rate) {
    AdamOptions adam = new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, 0);
    return new TrainingOptions(
        steps, 128, rate, TrainingOptions.Decay.COSINE, adam, new Objective(Weighting.NONE, Objective.Reduction.MEAN), 3);
  }

  private static Network trained(Engine engine, Autoencoder shape, float[] states, int steps, double rate) {
    TrainingOptions options = options(steps, rate);
    try (Trainer trainer =
        new Trainer(
            engine, AutoencoderTraining.plan(shape, states, options), options,
            TrainingState.start(Network.initialize(shape.training(), 3)))) {
      return trainer.run();
    }
  }

  /// Points [n, 4] of variances 4, 2, 0.04 and 0.02 along orthogonal directions.
  private static float[] gaussian(int n) {
    double[] deviations = {2, Math.sqrt(2), 0.2, Math.sqrt(0.02)};
    double[][] axes = {{0.5, 0.5, 0.5, 0.5}, {0.5, -0.5, 0.5, -0.5}, {0.5, 0.5, -0.5, -0.5}, {0.5, -0.5, -0.5, 0.5}};
    Random random = new Random(1);
    float[] points = new float[4 * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 4; k++) {
        double size = deviations[k] * random.nextGaussian();
        for (int d = 0; d < 4; d++) {
          points[4 * i + d] += (float) (size * axes[k][d]);
        }
      }
    }
    return points;
  }

  private static double error(float[] points, float[] decoded) {
    double sum = 0;
    for (int i = 0; i < points.length; i++) {
      sum += Math.pow(decoded[i] - points[i], 2);
    }
    return sum / (points.length / 4);
  }

  /// Linear halves lose what lies outside of the first principal components, and no less.
  @Test
  void linearCodesArePrincipalComponents() {
    Autoencoder shape = new Autoencoder(new PerceptronCoder(4, 2, 1, 1, Activation.TANH), Noise.NONE, 0, 0);
    float[] points = gaussian(2000);
    try (Engine engine = Engines.open("auto", 1).engine()) {
      LatentSpace space = new LatentSpace(Scaling.identity(4), shape, trained(engine, shape, points, 1500, 1e-2).parameters());
      float[] fresh = gaussian(4000);
      double lost = error(fresh, space.decode(engine, space.encode(engine, fresh), 4000));
      assertThat(lost).isCloseTo(0.06, within(0.004));
    }
  }

  /// Of a linear variational autoencoder the posterior is known: a component of variance v keeps a code of variance 1 - w/v where w,
  /// the variance of the decoder's errors, is smaller, and none where it is larger.
  @Test
  void aVariationalCodeHasTheKnownVariance() {
    double w = 0.5;
    Autoencoder shape = new Autoencoder(new PerceptronCoder(4, 3, 1, 1, Activation.TANH), Noise.LEARNED, 0, w);
    float[] points = gaussian(4000);
    try (Engine engine = Engines.open("auto", 1).engine()) {
      LatentSpace space = new LatentSpace(Scaling.identity(4), shape, trained(engine, shape, points, 3000, 1e-2).parameters());
      float[] codes = space.encode(engine, points);
      // The sum over the codes does not depend on how they are turned: 1 - 0.5/4 + 1 - 0.5/2.
      double squares = 0;
      for (float z : codes) {
        squares += (double) z * z;
      }
      assertThat(squares / 4000).isCloseTo(2 - w / 4 - w / 2, within(0.06));
    }
  }

  /// The first output of the training's network is the root of the loss, computed here from both halves.
  @Test
  void theLossIsThatOfItsParts() {
    for (Noise noise : new Noise[] {Noise.NONE, Noise.FIXED}) {
      double s = 0.3;
      double w = noise == Noise.NONE ? 0 : 0.2;
      Autoencoder shape = new Autoencoder(new FieldCoder(new FieldGrid(List.of(4), false), 2, 1, 3, 1, 1, true), noise, s, w);
      Network network = Network.initialize(shape.training(), 5);
      float[] x = {0.3f, -1, 0.5f, 2, 0.1f, 0.2f, -0.4f, 1};
      float[] eps = {0.7f, -0.2f};
      float[] input = new float[10];
      System.arraycopy(eps, 0, input, 0, 2);
      System.arraycopy(x, 0, input, 2, 8);
      float[] output = new float[10];
      LatentSpace space = new LatentSpace(Scaling.identity(8), shape, network.parameters());
      try (Engine engine = new ReferenceEngine(1)) {
        engine.evaluate(network, input, new double[0], output);
        float[] code = space.encode(engine, x);
        double divergence = 0;
        for (int k = 0; k < 2; k++) {
          divergence += (code[k] * code[k] + s * s - 1 - 2 * Math.log(s)) / 2;
          code[k] += noise == Noise.NONE ? 0 : (float) s * eps[k];
        }
        float[] decoded = space.decode(engine, code, 1);
        double expected = 2 * w * divergence;
        for (int d = 0; d < 8; d++) {
          expected += Math.pow(decoded[d] - x[d], 2);
        }
        assertThat((double) output[0] * output[0]).as("%s", noise).isCloseTo(expected / 8, within(1e-5));
        for (int d = 1; d < 10; d++) {
          assertThat(output[d]).isZero();
        }
      }
    }
  }
}
