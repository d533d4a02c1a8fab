package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.EnergyNetwork;
import io.scorefield.network.architecture.PointCloud;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The loss that the network writes is the formula, with a trace by differences of the plain network.
class DivergenceNetworkTest {
  private static final double A = 0.4;
  private static final double B = -1.3;
  private static final double C = 0.7;
  private static final double[] TIME = {0.3, -0.8};

  static List<Architecture> networks() {
    PointCloud cloud = new PointCloud(3, 2, false);
    return List.of(
        Mlp.uniform(3, 2, 3, 12, Activation.SILU), Mlp.uniform(1, 2, 2, 6, Activation.TANH),
        new Egnn(2, 6, true, Egnn.Coordinates.MESSAGES, 0).of(cloud, 2), new EnergyNetwork(1, 6).of(cloud, 2));
  }

  private static float[] random(int count, int seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] evaluate(Engine engine, Network network, float[] input, double... features) {
    float[] output = new float[input.length];
    engine.evaluate(network, input, features, output);
    return output;
  }

  /// (do/dy) v by central differences.
  private static double[] along(Engine engine, Network network, float[] y, double[] v) {
    double h = 4e-3;
    float[] above = y.clone();
    float[] below = y.clone();
    for (int d = 0; d < y.length; d++) {
      above[d] += (float) (h * v[d]);
      below[d] -= (float) (h * v[d]);
    }
    float[] up = evaluate(engine, network, above, TIME);
    float[] down = evaluate(engine, network, below, TIME);
    double[] slope = new double[y.length];
    Arrays.setAll(slope, d -> (up[d] - down[d]) / (2 * h));
    return slope;
  }

  private static double loss(float[] y, float[] output, double trace) {
    double squares = 0;
    for (int d = 0; d < y.length; d++) {
      squares += Math.pow(A * y[d] + B * output[d], 2);
    }
    return squares / 2 + C * (A * y.length + B * trace) + y.length / 2.0;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theLossIsTheFormula(Architecture plain) {
    int dimension = plain.dimension();
    Network network = new Network(plain, random(plain.parameterCount(), 1));
    for (int i = 0; i < network.parameters().length; i++) {
      network.parameters()[i] *= 0.5f;
    }
    float[] y = random(dimension, 7);
    try (Engine engine = new ReferenceEngine(1)) {
      float[] output = evaluate(engine, network, y, TIME);
      double trace = 0;
      for (int d = 0; d < dimension; d++) {
        double[] unit = new double[dimension];
        unit[d] = 1;
        trace += along(engine, network, y, unit)[d];
      }
      DivergenceNetwork exact = DivergenceNetwork.of(plain, false);
      assertThat(exact.program().blocks().stream().mapToInt(Architecture.Block::size).toArray())
          .containsExactly(plain.blocks().stream().mapToInt(Architecture.Block::size).toArray());
      float[] found =
          evaluate(engine, new Network(exact.program(), network.parameters()), y, TIME[0], TIME[1], A, B, C);
      double expected = loss(y, output, trace);
      assertThat((double) found[0]).isCloseTo(expected, within(2e-3 * (1 + Math.abs(expected))));

      // The direction stands before y, here multiplied by 4.
      DivergenceNetwork sliced = DivergenceNetwork.of(plain, true);
      float[] v = random(dimension, 9);
      float[] both = new float[2 * dimension];
      double[] direction = new double[dimension];
      for (int d = 0; d < dimension; d++) {
        both[d] = 4 * v[d];
        both[dimension + d] = y[d];
        direction[d] = v[d];
      }
      double form = 0;
      double[] slope = along(engine, network, y, direction);
      for (int d = 0; d < dimension; d++) {
        form += v[d] * slope[d];
      }
      float[] one =
          evaluate(engine, new Network(sliced.program(), network.parameters()), both, TIME[0], TIME[1], A, B, C, 0.25);
      expected = loss(y, output, form);
      assertThat((double) one[0]).isCloseTo(expected, within(2e-3 * (1 + Math.abs(expected))));
    }
  }

  @Test
  void manyComponentsAreRefused() {
    Mlp wide = Mlp.uniform(65, 1, 2, 4, Activation.TANH);
    assertThatThrownBy(() -> DivergenceNetwork.of(wide, false)).hasMessageContaining("set it to sliced");
    assertThat(DivergenceNetwork.of(wide, true).stateDimension()).isEqualTo(130);
  }
}
