package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.GaussianMixture;
import io.scorefield.data.LabelledPoints;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.ClassifierGuidance;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.engine.TrainingState;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.architecture.Classifier;
import io.scorefield.schedule.VariancePreserving;
import org.junit.jupiter.api.Test;

class ClassifierTrainingTest {
  private static final GaussianMixture EIGHT = GaussianMixture.eightGaussians(1.4, 0.35);
  private static final int CLASSES = 8;

  /// The cross-entropy and the probabilities are those of the noised mixture, which is known.
  @Test
  void learnsThePosteriorAtEveryLevel() {
    Diffuser diffuser =
        new Diffuser(
            new VariancePreserving(0.1, 20, 1e-3, 1e-5), Parameterization.V, new TimeEmbedding.Sinusoidal(16, 100),
            Scaling.identity(2));
    Classifier shape = new Classifier(2, 16, CLASSES, 2, 48);
    AdamOptions adam = new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, 0.99);
    TrainingOptions options =
        new TrainingOptions(
            3000, 128, 3e-3, TrainingOptions.Decay.COSINE, adam, new Objective(Weighting.NONE, Objective.Reduction.SUM), 2);
    float[] points = new LabelledPoints(EIGHT).draw(5, 0, 20000);
    try (Engine engine = Engines.open("auto", 2).engine();
        Trainer trainer =
            new Trainer(
                engine, ClassifierTraining.plan(shape, diffuser, points, options), options,
                TrainingState.start(Network.initialize(shape.crossEntropy(), 2)))) {
      Network network = trainer.run();
      for (double t : new double[] {0.02, 0.1, 0.2, 0.35, 0.6, 1}) {
        compare(engine, network, diffuser, t);
      }
    }
  }

  private static void compare(Engine engine, Network network, Diffuser diffuser, double t) {
    int count = 500;
    double alpha = diffuser.schedule().alpha(t);
    double sigma = diffuser.schedule().sigma(t);
    GaussianMixture noised = EIGHT.noised(alpha, sigma);
    float[] x = noised.draw(7, 0, count);
    double scale = ClassifierGuidance.inputScale(alpha, sigma);
    double divergence = 0;
    double difference = 0;
    int wide = 2 + CLASSES;
    float[] states = new float[count * CLASSES * wide];
    for (int i = 0; i < count * CLASSES; i++) {
      states[i * wide] = (float) (scale * x[i / CLASSES * 2]);
      states[i * wide + 1] = (float) (scale * x[i / CLASSES * 2 + 1]);
      states[i * wide + 2 + i % CLASSES] = 1;
    }
    float[] output = new float[states.length];
    engine.evaluate(network, states, diffuser.features(t), output);
    for (int i = 0; i < count; i++) {
      double[] point = {x[2 * i], x[2 * i + 1]};
      double all = noised.logDensity().orElseThrow().at(point);
      double sum = 0;
      for (int k = 0; k < CLASSES; k++) {
        double exact = noised.logJoint(k, point) - all;
        double learned = -output[(i * CLASSES + k) * wide];
        sum += Math.exp(learned);
        divergence += Math.exp(exact) * (exact - learned) / count;
        difference += Math.abs(Math.exp(exact) - Math.exp(learned)) / count / CLASSES;
      }
      assertThat(sum).isBetween(0.9999, 1.0001);
    }
    assertThat(divergence).as("Kullback-Leibler divergence in nats at %s", t).isBetween(0.0, 0.03);
    assertThat(difference).as("difference of probabilities at %s", t).isLessThan(0.02);
  }
}
