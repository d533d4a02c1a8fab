package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.ExactModel;
import io.scorefield.diffusion.FlowDensity;
import io.scorefield.diffusion.LatentCodes;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.ProbabilityFlow.Scheme;
import io.scorefield.diffusion.ProbabilityFlow;
import io.scorefield.diffusion.VariationalBound;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.VariancePreserving;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Likelihoods and latent codes on an engine. A test class of an engine extends this one.
public abstract class FlowContract {
  private static final Scaling SCALING = new Scaling(new double[] {0.5, -1}, new double[] {1.5, 0.7});
  private static final Mlp MLP = Mlp.uniform(2, 8, 3, 24, Activation.TANH);
  private static final Network NETWORK = Network.initialize(MLP, 4);
  private static final Diffuser DIFFUSER =
      new Diffuser(
          new VariancePreserving(0.1, 20, 1e-3, 1e-5), Parameterization.V, new TimeEmbedding.Sinusoidal(8, 1000), SCALING);
  private static final float[] POINTS = {0.5f, -1, 1.2f, -0.4f, -0.7f, -1.9f, 2.4f, 0.1f, 0, 0, -1.5f, -0.8f, 0.9f, -2.1f};

  /// Opens the engine under test.
  protected abstract Engine open();

  private static double largest(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    assertThat(a).hasSameSizeAs(b);
    return largest;
  }

  /// The closed form of every point, with the exact score.
  @ParameterizedTest
  @EnumSource(ExactModel.class)
  void everyPointHasTheClosedFormsLikelihood(ExactModel model) {
    float[] points = ExactModel.points(12);
    try (Engine engine = open()) {
      double[] logs =
          new FlowDensity(model.diffuser(), new ProbabilityFlow(Scheme.RUNGE_KUTTA, 80, 0))
              .of(engine, model.network(), points, 1);
      for (int i = 0; i < 12; i++) {
        assertThat(logs[i]).isCloseTo(model.exact(points, i), within(1e-3));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void aNetworksLikelihoodIsThatOfTheReference(Scheme scheme) {
    for (int probes = 0; probes <= 2; probes += 2) {
      FlowDensity density = new FlowDensity(DIFFUSER, new ProbabilityFlow(scheme, 40, probes));
      try (Engine engine = open();
          Engine reference = new ReferenceEngine(1)) {
        double[] expected = density.of(reference, NETWORK, POINTS, 3);
        double[] logs = density.of(engine, NETWORK, POINTS, 3);
        for (int i = 0; i < expected.length; i++) {
          assertThat(logs[i]).isCloseTo(expected[i], within(1e-3));
        }
      }
    }
  }

  @Test
  void pointsComeBackFromTheirCodes() {
    LatentCodes codes = new LatentCodes(DIFFUSER, new ProbabilityFlow(Scheme.RUNGE_KUTTA, 100, 0));
    try (Engine engine = open()) {
      float[] encoded = codes.encode(engine, NETWORK, POINTS);
      assertThat(largest(encoded, POINTS)).isGreaterThan(0.1);
      assertThat(largest(codes.decode(engine, NETWORK, encoded), POINTS)).isLessThan(1e-4);
      // And codes from their points.
      float[] fresh = new float[8];
      for (int i = 0; i < 4; i++) {
        System.arraycopy(codes.ofSample(7, 90 + i), 0, fresh, 2 * i, 2);
      }
      float[] decoded = codes.decode(engine, NETWORK, fresh);
      assertThat(largest(codes.encode(engine, NETWORK, decoded), fresh)).isLessThan(2e-4);
      // They are the samples that the flow makes with their densities.
      FlowDensity density = new FlowDensity(DIFFUSER, new ProbabilityFlow(Scheme.RUNGE_KUTTA, 100, 0));
      assertThat(largest(density.sample(engine, NETWORK, 7, 90, 4).points(), decoded)).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(ExactModel.class)
  void pointsOfAnExactModelComeBackFromTheirCodes(ExactModel model) {
    float[] points = ExactModel.points(12);
    LatentCodes codes = new LatentCodes(model.diffuser(), new ProbabilityFlow(Scheme.RUNGE_KUTTA, 100, 0));
    try (Engine engine = open()) {
      float[] encoded = codes.encode(engine, model.network(), points);
      assertThat(largest(codes.decode(engine, model.network(), encoded), points)).isLessThan(1e-4);
      float[] one = codes.encode(engine, model.network(), Arrays.copyOfRange(points, 9, 12));
      assertThat(one).containsExactly(Arrays.copyOfRange(encoded, 9, 12));
    }
  }

  @Test
  void theVariationalBoundIsThatOfTheReference() {
    VariationalBound bound = new VariationalBound(DIFFUSER, 30);
    try (Engine engine = open();
        Engine reference = new ReferenceEngine(1)) {
      double[] expected = bound.of(reference, NETWORK, POINTS, 3).total();
      double[] found = bound.of(engine, NETWORK, POINTS, 3).total();
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).isCloseTo(expected[i], within(1e-3 + 1e-5 * Math.abs(expected[i])));
      }
    }
  }

  private static final Scaling TOLD =
      new Scaling(
          new double[] {0.5, -1, 3}, new double[] {1.5, 0.7, 2}, new double[3], Frame.of(2).withConditions(1));

  /// A network of two components that is told a third, and the same that is told its value as a time feature.
  private static Diffuser told(TimeEmbedding embedding, Scaling scaling) {
    return new Diffuser(new VariancePreserving(0.1, 20, 1e-3, 1e-5), Parameterization.V, embedding, scaling);
  }

  /// ln q(x | c) is ln q(x) of the network in which c is a number that is built in.
  @Test
  void aLikelihoodUnderConditionsIsThatOfTheOtherComponents() {
    Mlp wide = new Mlp(3, 8, new int[] {24, 24}, Activation.TANH);
    Network network = Network.initialize(wide, 6);
    ProbabilityFlow flow = new ProbabilityFlow(Scheme.RUNGE_KUTTA, 40, 0);
    TimeEmbedding embedding = new TimeEmbedding.Sinusoidal(8, 1000);
    float[] points = {0.5f, -1, 2.5f, 1.2f, -0.4f, 2.5f, -0.7f, -1.9f, 2.5f};
    float[] plain = {0.5f, -1, 1.2f, -0.4f, -0.7f, -1.9f};
    // The condition is -0.25 in units of the state: its weights times that, on the bias.
    Mlp narrow = new Mlp(2, 8, new int[] {24, 24}, Activation.TANH);
    Network builtIn = new Network(narrow, builtIn(wide, network.parameters(), narrow, -0.25f));
    try (Engine engine = open()) {
      FlowDensity density = new FlowDensity(told(embedding, TOLD), flow);
      FlowDensity expected = new FlowDensity(told(embedding, SCALING), flow);
      double[] logs = density.of(engine, network, points, 1);
      double[] same = expected.of(engine, builtIn, plain, 1);
      for (int i = 0; i < same.length; i++) {
        assertThat(logs[i]).isCloseTo(same[i], within(1e-3));
      }
      assertThat(density.coordinates()).isEqualTo(2);
      double[] bound = new VariationalBound(told(embedding, TOLD), 30).of(engine, network, points, 3).total();
      double[] bounded = new VariationalBound(told(embedding, SCALING), 30).of(engine, builtIn, plain, 3).total();
      for (int i = 0; i < bound.length; i++) {
        assertThat(bound[i]).isCloseTo(bounded[i], within(1e-3 + 1e-5 * Math.abs(bounded[i])));
      }
      // Codes, back under the same condition, and samples of the flow.
      LatentCodes codes = new LatentCodes(told(embedding, TOLD), flow);
      float[] encoded = codes.encode(engine, network, points);
      assertThat(largest(encoded, new LatentCodes(told(embedding, SCALING), flow).encode(engine, builtIn, plain)))
          .isLessThan(1e-4f);
      float[] conditions = {2.5f, 2.5f, 2.5f};
      assertThat(largest(codes.decode(engine, network, encoded, conditions), points)).isLessThan(2e-4f);
      FlowDensity.Points made = density.sample(engine, network, 7, 4, 3, conditions);
      assertThat(largest(made.points(), codes.decode(engine, network, fresh(codes, 7, 4, 3), conditions))).isLessThan(1e-5f);
      double[] again = density.of(engine, network, made.points(), 1);
      for (int i = 0; i < 3; i++) {
        assertThat(made.logDensities()[i]).isCloseTo(again[i], within(2e-3));
      }
    }
  }

  /// Parameters of a network of two components from those of one that has a condition behind them.
  private static float[] builtIn(Mlp wide, float[] all, Mlp narrow, float condition) {
    float[] some = new float[narrow.parameterCount()];
    for (int layer = 0; layer < narrow.layers(); layer++) {
      int in = narrow.in(layer);
      for (int o = 0; o < narrow.out(layer); o++) {
        int from = wide.weightOffset(layer) + o * wide.in(layer);
        int to = narrow.weightOffset(layer) + o * in;
        some[narrow.biasOffset(layer) + o] = all[wide.biasOffset(layer) + o];
        if (layer == 0) {
          System.arraycopy(all, from, some, to, 2);
          System.arraycopy(all, from + 3, some, to + 2, in - 2);
          some[narrow.biasOffset(layer) + o] += condition * all[from + 2];
        } else {
          System.arraycopy(all, from, some, to, in);
        }
      }
    }
    return some;
  }

  private static float[] fresh(LatentCodes codes, long seed, long first, int count) {
    float[] all = new float[count * codes.coordinates()];
    for (int i = 0; i < count; i++) {
      System.arraycopy(codes.ofSample(seed, first + i), 0, all, i * codes.coordinates(), codes.coordinates());
    }
    return all;
  }
}
