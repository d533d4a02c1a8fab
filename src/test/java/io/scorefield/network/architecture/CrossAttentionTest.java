package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Architecture.Block;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrossAttentionTest {
  private static final int CELLS = 3;
  private static final int WIDTH = 4;
  private static final int CONDITIONS = 2;
  private static final int TOKEN = 5;
  private static final int HEADS = 2;

  private static NetworkProgram program() {
    ProgramBuilder builder = new ProgramBuilder();
    Space cells = new Space("cell", CELLS);
    Value h = builder.input(cells, WIDTH, Port.byPosition(Channel.INPUT, WIDTH));
    CrossAttention attention = new CrossAttention(builder, CONDITIONS, CELLS * WIDTH, TOKEN);
    builder.output(attention.to(h, "here", HEADS), Port.byPosition(Channel.RESULT, WIDTH));
    builder.output(builder.filled(Space.SAMPLE, CONDITIONS, 0), new Port(Channel.RESULT, CELLS * WIDTH, 0, 1));
    return new NetworkProgram("attention", CELLS * WIDTH + CONDITIONS, 0, builder.build());
  }

  /// A matrix [out, in] of the parameters by its name.
  private static double[][] matrix(Network network, String name) {
    Block block =
        network.architecture().blocks().stream().filter(b -> b.name().equals(name + ".weight")).findFirst().orElseThrow();
    double[][] matrix = new double[block.length(0)][block.length(1)];
    for (int i = 0; i < block.size(); i++) {
      matrix[i / block.length(1)][i % block.length(1)] = network.parameters()[block.offset() + i];
    }
    return matrix;
  }

  private static double[] times(double[][] matrix, double[] x) {
    double[] y = new double[matrix.length];
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < x.length; j++) {
        y[i] += matrix[i][j] * x[j];
      }
    }
    return y;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// The formula, head by head and token by token.
  @Test
  void isWhatTheFormulaSays() {
    Network network = Network.initialize(program(), 6);
    Random random = new Random(2);
    float[] x = new float[CELLS * WIDTH + CONDITIONS];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (3 * random.nextGaussian());
    }
    float[] output = new float[x.length];
    try (Engine engine = new ReferenceEngine(1)) {
      engine.evaluate(network, x, new double[0], output);
    }
    double[][] tokens = new double[CONDITIONS + 1][TOKEN];
    double[][] slope = matrix(network, "tokens.slope");
    double[][] place = matrix(network, "tokens.place");
    for (int c = 0; c <= CONDITIONS; c++) {
      double value = c < CONDITIONS ? x[CELLS * WIDTH + c] : 0;
      for (int t = 0; t < TOKEN; t++) {
        tokens[c][t] = value * slope[t][c] + place[t][c];
      }
    }
    for (int cell = 0; cell < CELLS; cell++) {
      double[] h = new double[WIDTH];
      for (int f = 0; f < WIDTH; f++) {
        h[f] = x[cell * WIDTH + f];
      }
      double[] expected = h.clone();
      for (int head = 0; head < HEADS; head++) {
        String name = "here.head." + head;
        double[] query = times(matrix(network, name + ".query"), h);
        double[] sum = new double[query.length];
        double total = 0;
        for (double[] token : tokens) {
          double product = dot(query, times(matrix(network, name + ".key"), token));
          double weight = Math.exp(8 * Math.tanh(product / (8 * Math.sqrt(query.length))));
          double[] value = times(matrix(network, name + ".value"), token);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * value[i];
          }
          total += weight;
        }
        for (int i = 0; i < sum.length; i++) {
          sum[i] /= total;
        }
        double[] added = times(matrix(network, name + ".out"), sum);
        for (int f = 0; f < WIDTH; f++) {
          expected[f] += added[f];
        }
      }
      for (int f = 0; f < WIDTH; f++) {
        assertThat((double) output[cell * WIDTH + f]).isCloseTo(expected[f], within(1e-5));
      }
    }
  }
}
