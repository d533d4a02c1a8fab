package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// The network on bonds: what it says of distances is carried to the atoms by the chain rule.
class GineTest {
  private static final int MOST = 5;
  private static final int TIME = 3;
  private static final double[] FEATURES = {0.3, -0.4, 0.8, 2.5};
  private static final BondGraph GRAPH = new BondGraph(MOST);

  private static Frame frame() {
    return Frame.centred(MOST, 3).withConditions(GRAPH.conditions()).withPresence(Presence.byKind(MOST, 0, 0));
  }

  private static NetworkProgram network() {
    return new Gine(2, 6).of(PointCloud.of(frame()), TIME);
  }

  private static float[] evaluate(NetworkProgram program, float[] state) {
    float[] parameters = new float[program.parameterCount()];
    Random random = new Random(5);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (0.25 * random.nextGaussian());
    }
    float[] out = new float[state.length];
    try (ReferenceEngine engine = new ReferenceEngine(1)) {
      engine.evaluate(new Network(program, parameters), state, FEATURES, out);
    }
    return out;
  }

  /// O=C-N-H in this order: bonds 2, 1, 1, pairs two bonds apart 4, three apart 5; the fifth atom is not there.
  private static float[] told(int... atoms) {
    float[] told = new float[GRAPH.conditions()];
    int[] elements = {8, 6, 7, 1};
    float[][] kinds = {{0, 2, 4, 5}, {2, 0, 1, 4}, {4, 1, 0, 1}, {5, 4, 1, 0}};
    for (int i = 0; i < 4; i++) {
      told[i] = elements[atoms[i]];
      for (int j = i + 1; j < 4; j++) {
        told[MOST + GRAPH.pair(i, j)] = kinds[atoms[i]][atoms[j]];
      }
    }
    return told;
  }

  private static double[][] positions() {
    return new double[][] {{0.1, 0.2, -0.3}, {1.2, -0.4, 0.5}, {1.9, 0.8, 0.6}, {2.7, 0.3, -0.9}};
  }

  private static float[] state(double[][] positions, float[] told) {
    float[] point = new float[frame().components()];
    for (int axis = 0; axis < 3; axis++) {
      double mean = 0;
      for (double[] atom : positions) {
        mean += atom[axis] / positions.length;
      }
      for (int atom = 0; atom < positions.length; atom++) {
        point[3 * atom + axis] = (float) (positions[atom][axis] - mean);
      }
    }
    System.arraycopy(told, 0, point, 3 * MOST, told.length);
    return frame().toCoordinates(point);
  }

  private static float[] vectors(double[][] positions, int... atoms) {
    return components(evaluate(network(), told(positions, atoms)));
  }

  /// Vectors of all atoms; the conditions of an output do not tell which there are.
  private static float[] components(float[] out) {
    return Frame.centred(MOST, 3).withConditions(GRAPH.conditions()).toComponents(out, 1);
  }

  private static float[] told(double[][] positions, int... atoms) {
    return state(positions, told(atoms));
  }

  /// The sum over pairs of what the network of distances says, along the line between both.
  @Test
  void positionsGetWhatDistancesGiveByTheChainRule() {
    double[][] x = positions();
    float[] distances = new float[GRAPH.pairs() + GRAPH.conditions()];
    for (int i = 0; i < 4; i++) {
      for (int j = i + 1; j < 4; j++) {
        distances[GRAPH.pair(i, j)] = (float) distance(x[i], x[j]);
      }
    }
    float[] none = told(0, 1, 2, 3);
    System.arraycopy(none, 0, distances, GRAPH.pairs(), none.length);
    distances[GRAPH.pair(0, 4)] = 0.7f;
    float[] noise = evaluate(network().ofDistances().orElseThrow(), distances);
    assertThat(noise[GRAPH.pair(0, 4)]).as("no edge: what is known").isEqualTo(2.5f * 0.7f);
    assertThat(noise[GRAPH.pairs()]).as("conditions").isZero();

    double[][] expected = new double[4][3];
    for (int i = 0; i < 4; i++) {
      for (int j = i + 1; j < 4; j++) {
        for (int axis = 0; axis < 3; axis++) {
          double pull = noise[GRAPH.pair(i, j)] * (x[i][axis] - x[j][axis]) / distance(x[i], x[j]);
          expected[i][axis] += pull;
          expected[j][axis] -= pull;
        }
      }
    }
    float[] out = vectors(x, 0, 1, 2, 3);
    double size = 0;
    for (int i = 0; i < 4; i++) {
      for (int axis = 0; axis < 3; axis++) {
        size = Math.max(size, Math.abs(expected[i][axis]));
        assertThat(out[3 * i + axis]).isCloseTo((float) expected[i][axis], within(1e-5));
      }
    }
    assertThat(size).as("that is something").isGreaterThan(0.01);
  }

  private static double distance(double[] a, double[] b) {
    return Math.sqrt(Math.pow(a[0] - b[0], 2) + Math.pow(a[1] - b[1], 2) + Math.pow(a[2] - b[2], 2));
  }

  @Test
  void theOutputTurnsAndMirrorsWithTheAtoms() {
    double[][] x = positions();
    double[][] turned = new double[4][];
    for (int i = 0; i < 4; i++) {
      turned[i] = new double[] {0.6 * x[i][0] - 0.8 * x[i][1] + 3, 0.8 * x[i][0] + 0.6 * x[i][1], -x[i][2]};
    }
    float[] out = vectors(x, 0, 1, 2, 3);
    float[] other = vectors(turned, 0, 1, 2, 3);
    for (int i = 0; i < 4; i++) {
      assertThat(other[3 * i]).isCloseTo(0.6f * out[3 * i] - 0.8f * out[3 * i + 1], within(1e-5));
      assertThat(other[3 * i + 1]).isCloseTo(0.8f * out[3 * i] + 0.6f * out[3 * i + 1], within(1e-5));
      assertThat(other[3 * i + 2]).isCloseTo(-out[3 * i + 2], within(1e-5));
    }
  }

  @Test
  void atomsMayBeNumberedOtherwise() {
    double[][] x = positions();
    float[] out = vectors(x, 0, 1, 2, 3);
    float[] other = vectors(new double[][] {x[2], x[0], x[3], x[1]}, 2, 0, 3, 1);
    int[] places = {2, 0, 3, 1};
    for (int i = 0; i < 4; i++) {
      for (int axis = 0; axis < 3; axis++) {
        assertThat(other[3 * i + axis]).isCloseTo(out[3 * places[i] + axis], within(1e-5));
      }
    }
  }

  @Test
  void elementsAndBondsMatter() {
    float[] out = vectors(positions(), 0, 1, 2, 3);
    float[] told = told(0, 1, 2, 3);
    told[2] = 8;
    assertThat(components(evaluate(network(), state(positions(), told)))).isNotEqualTo(out);
    told = told(0, 1, 2, 3);
    told[MOST + GRAPH.pair(0, 1)] = 1;
    assertThat(components(evaluate(network(), state(positions(), told)))).isNotEqualTo(out);
  }

  @Test
  void otherDataAreRefused() {
    assertThatThrownBy(() -> new Gine(1, 4).of(PointCloud.of(Frame.centred(4, 3)), TIME)).hasMessageContaining("data.kind: conformers");
  }

  private static Offset<Float> within(double distance) {
    return Offset.offset((float) distance);
  }
}
