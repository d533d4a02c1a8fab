package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.LatentSpace;
import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Points are [x[5,3], A[5], B[5], count], as molecules are.
class EgnnCoderTest {
  private static final int MOST = 5;
  private static final int THERE = 4;
  private static final int TYPES = 2;
  private static final Frame FRAME =
      Frame.centred(MOST, 3).withFeatures(MOST * TYPES).withConditions(1).withPresence(Presence.byCount(MOST, 0, TYPES));

  private static LatentSpace space() {
    Egnn one = new Egnn(1, 6, true, Egnn.Coordinates.FEATURES, 0);
    Autoencoder shape =
        new Autoencoder(new EgnnCoder(FRAME, 1, one, new Egnn(2, 6, true, Egnn.Coordinates.FEATURES, 0), 0.25), Autoencoder.Noise.FIXED, 0.01, 1e-4);
    double[] deviation = new double[FRAME.components()];
    Arrays.fill(deviation, 1);
    Arrays.fill(deviation, 3 * MOST, (3 + TYPES) * MOST, 4);
    Scaling scaling = new Scaling(new double[FRAME.components()], deviation, new double[FRAME.components()], FRAME);
    float[] parameters = Network.initialize(shape.training(), 3).parameters();
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] *= 2; // so that points move
    }
    return new LatentSpace(scaling, shape, parameters);
  }

  private static float[] molecule() {
    Random random = new Random(5);
    float[] point = new float[FRAME.components()];
    for (int axis = 0; axis < 3; axis++) {
      float mean = 0;
      for (int atom = 0; atom < THERE; atom++) {
        point[3 * atom + axis] = (float) random.nextGaussian();
        mean += point[3 * atom + axis] / THERE;
      }
      for (int atom = 0; atom < THERE; atom++) {
        point[3 * atom + axis] -= mean;
      }
    }
    for (int atom = 0; atom < THERE; atom++) {
      point[3 * MOST + (atom % TYPES) * MOST + atom] = 1;
    }
    point[point.length - 1] = THERE;
    return point;
  }

  /// A turn about the z axis with a mirror, and another order of the atoms.
  private static float[] moved(float[] point, int features) {
    int[] order = {2, 0, 3, 1, 4};
    double cos = Math.cos(0.7);
    double sin = Math.sin(0.7);
    float[] moved = point.clone();
    for (int atom = 0; atom < MOST; atom++) {
      float x = point[3 * order[atom]];
      float y = point[3 * order[atom] + 1];
      moved[3 * atom] = (float) (cos * x - sin * y);
      moved[3 * atom + 1] = (float) (sin * x + cos * y);
      moved[3 * atom + 2] = -point[3 * order[atom] + 2];
      for (int f = 0; f < features; f++) {
        moved[(3 + f) * MOST + atom] = point[(3 + f) * MOST + order[atom]];
      }
    }
    return moved;
  }

  private static void same(float[] actual, float[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("number %d", i).isCloseTo(expected[i], within(2e-5f));
    }
  }

  @Test
  void codesAndWhatTheyStandForTurnWithThePoints() {
    LatentSpace space = space();
    float[] molecule = molecule();
    try (Engine engine = new ReferenceEngine(1)) {
      float[] code = space.encode(engine, molecule);
      assertThat(code).hasSize(3 * MOST + MOST + 1);
      same(space.encode(engine, moved(molecule, TYPES)), moved(code, 1));
      float[] decoded = space.decode(engine, code, 1);
      same(space.decode(engine, moved(code, 1), 1), moved(decoded, TYPES));
      double change = 0;
      for (int i = 0; i < 3 * THERE; i++) {
        change = Math.max(change, Math.abs(code[i] - molecule[i]));
      }
      assertThat(change).as("the encoder moves points").isGreaterThan(1e-5);
    }
  }

  /// Atoms that are not there are 0 in a code and in what it stands for, and change nothing; what is there has no mean and types
  /// that are shares.
  @Test
  void atomsThatAreNotThereHaveNoPart() {
    LatentSpace space = space();
    try (Engine engine = new ReferenceEngine(1)) {
      float[] code = space.encode(engine, molecule());
      float[] decoded = space.decode(engine, code, 1);
      for (int axis = 0; axis < 3; axis++) {
        assertThat(code[3 * THERE + axis]).isZero();
        assertThat(decoded[3 * THERE + axis]).isZero();
        double mean = 0;
        for (int atom = 0; atom < THERE; atom++) {
          mean += decoded[3 * atom + axis];
        }
        assertThat(mean).isCloseTo(0, within(1e-5));
      }
      assertThat(code[3 * MOST + THERE]).isZero();
      for (int atom = 0; atom < THERE; atom++) {
        assertThat(decoded[3 * MOST + atom] + decoded[4 * MOST + atom]).isCloseTo(1, within(1e-5f));
      }
      assertThat(decoded[3 * MOST + THERE] + decoded[4 * MOST + THERE]).isZero();
      assertThat(decoded[decoded.length - 1]).isEqualTo(THERE);
    }
  }

  @Test
  void aLearnedVarianceIsRefused() {
    Egnn egnn = new Egnn(1, 4, true, Egnn.Coordinates.FEATURES, 0);
    Autoencoder shape = new Autoencoder(new EgnnCoder(FRAME, 1, egnn, egnn, 1), Autoencoder.Noise.LEARNED, 0, 1);
    assertThatThrownBy(shape::training).hasMessageContaining("the noise of points of a code is fixed");
  }
}
