package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.architecture.Classifier;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VariancePreserving;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClassifierGuidanceTest {
  private static final NoiseSchedule VP = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
  private static final Classifier SHAPE = new Classifier(2, 1, 3, 2, 12);
  private static final Mlp PLAIN = Mlp.uniform(2, 4, 3, 12, Activation.SILU);

  private static Diffuser diffuser(NoiseSchedule schedule, Parameterization parameterization, TimeEmbedding embedding) {
    return new Diffuser(schedule, parameterization, embedding, Scaling.identity(2));
  }

  /// Parameters large enough that the classes differ.
  private static Network classifier(double size) {
    Network network = Network.initialize(SHAPE.crossEntropy(), 4);
    for (int i = 0; i < network.parameters().length; i++) {
      network.parameters()[i] *= (float) size;
    }
    return network;
  }

  private static float[] evaluate(Engine engine, Network network, float[] input, double[] features) {
    float[] output = new float[input.length];
    engine.evaluate(network, input, features, output);
    return output;
  }

  /// ln p(k | x) of the classifier at a level.
  private static double logarithm(Engine engine, Network classifier, Diffuser levels, int k, double t, double[] x) {
    double scale = ClassifierGuidance.inputScale(levels.schedule().alpha(t), levels.schedule().sigma(t));
    float[] state = new float[5];
    state[0] = (float) (scale * x[0]);
    state[1] = (float) (scale * x[1]);
    state[2 + k] = 1;
    return -evaluate(engine, classifier, state, levels.features(t))[0];
  }

  /// Whatever the network predicts, its score moves by gamma times the gradient of ln p, here by differences.
  @Test
  void theScoreMovesByTheGradient() {
    double gamma = 1.6;
    int k = 2;
    Network plain = Network.initialize(PLAIN, 5);
    Network classifier = classifier(3);
    Network guided = SHAPE.guided(plain, classifier, k);
    Random random = new Random(3);
    try (Engine engine = new ReferenceEngine(1)) {
      for (NoiseSchedule schedule : List.of(VP, new KarrasSchedule(0.002, 80, -1.2, 1.2))) {
        for (Parameterization predicted : Parameterization.values()) {
          Diffuser diffuser = diffuser(schedule, predicted, new TimeEmbedding.Sinusoidal(4, 1));
          Diffuser levels = diffuser(schedule, predicted, new TimeEmbedding.Bare(0.7));
          StepProgram before = diffuser.program(FlowSampler.heun(4), new Guidance.None());
          StepProgram after = diffuser.program(FlowSampler.heun(4), new ClassifierGuidance(gamma, levels));
          StepProgram none = diffuser.program(FlowSampler.heun(4), new ClassifierGuidance(0, levels));
          assertThat(after.networkEvaluations()).isEqualTo(before.networkEvaluations());
          for (int r = 0; r < before.rows().size(); r++) {
            StepRow row = before.rows().get(r);
            if (!row.usesNetwork()) {
              continue;
            }
            double alpha = schedule.alpha(row.time());
            double sigma = schedule.sigma(row.time());
            double[] x = random.doubles(2).map(u -> (alpha + sigma) * (2 * u - 1)).toArray();
            float[] input = {(float) (row.inputScale() * x[0]), (float) (row.inputScale() * x[1])};
            float[] old = evaluate(engine, plain, input, row.timeFeatures());
            assertThat(evaluate(engine, guided, input, none.rows().get(r).timeFeatures())).containsExactly(old, within(1e-6f));
            float[] moved = evaluate(engine, guided, input, after.rows().get(r).timeFeatures());
            double perScore = diffuser.coefficients(row.time()).outputPerScore(sigma);
            for (int d = 0; d < 2; d++) {
              double h = 2e-3 * (alpha * alpha + sigma * sigma) / alpha;
              double[] up = x.clone();
              double[] down = x.clone();
              up[d] += h;
              down[d] -= h;
              double slope =
                  (logarithm(engine, classifier, levels, k, row.time(), up)
                          - logarithm(engine, classifier, levels, k, row.time(), down))
                      / (2 * h);
              double expected = gamma * perScore * slope;
              assertThat((double) moved[d] - old[d])
                  .as("%s at %s", predicted, row.time())
                  .isCloseTo(expected, within(2e-3 * (Math.abs(gamma * perScore * alpha / (alpha * alpha + sigma * sigma)) + 1e-3)));
            }
          }
        }
      }
    }
  }

  /// Logits beyond what exp can take.
  @Test
  void nothingOverflows() {
    Network classifier = classifier(100);
    Network guided = SHAPE.guided(Network.initialize(PLAIN, 5), classifier, 0);
    double[] features = {0.1, 0.2, 0.3, 0.4, 0.5, 1, 1};
    try (Engine engine = new ReferenceEngine(1)) {
      float[] output = evaluate(engine, guided, new float[] {3, -2, -30, 20, 0, 0}, features);
      assertThat(output).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
      float[] loss = evaluate(engine, classifier, new float[] {3, -2, 1, 0, 0, 3, -2, 0, 0, 1}, new double[] {0.5});
      assertThat(loss).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
      assertThat(Math.max(loss[0], loss[5])).isGreaterThan(100);
    }
  }

  @Test
  void refusesWhatHasNoMeaning() {
    Diffuser levels = diffuser(VP, Parameterization.V, new TimeEmbedding.Bare(1));
    assertThatThrownBy(() -> new ClassifierGuidance(-1, levels)).hasMessageContaining("must be >= 0");
    assertThatThrownBy(() -> SHAPE.guided(Mlp.uniform(3, 4, 2, 5, Activation.SILU), 0)).hasMessageContaining("of 2 components");
  }
}
