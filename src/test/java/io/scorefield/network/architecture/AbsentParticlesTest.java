package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Molecules of different sizes are kept in states of one size.
class AbsentParticlesTest {
  private static final int MOST = 6;
  private static final int TYPES = 2;
  private static final int TIME = 2;

  private static Frame padded() {
    return Frame.centred(MOST, 3)
        .withFeatures(MOST * TYPES)
        .withConditions(1)
        .withPresence(Presence.byCount(MOST, 0, TYPES));
  }

  private static float[] numbers(int count, int seed) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) Math.sin(1.3 * (i + 1) * (seed + 1)) * 1.5f;
    }
    return numbers;
  }

  private static float[] evaluate(NetworkProgram program, float[] state, double... features) {
    float[] out = new float[state.length];
    float[] parameters = numbers(program.parameterCount(), 3);
    try (ReferenceEngine engine = new ReferenceEngine(1)) {
      engine.evaluate(new Network(program, parameters), state, features, out);
    }
    return out;
  }

  /// Those that are not there change nothing, and their own output is the known factor times their input.
  @ParameterizedTest
  @CsvSource({"2,MESSAGES,true", "4,FEATURES,true", "5,FEATURES,false", "6,MESSAGES,false"})
  void particlesThatAreNotThereChangeNothing(int n, Egnn.Coordinates coordinates, boolean attention) {
    Egnn egnn = new Egnn(2, 5, attention, coordinates, 0);
    NetworkProgram large = egnn.of(PointCloud.of(padded()), TIME);
    NetworkProgram small = egnn.of(PointCloud.of(Frame.centred(n, 3).withFeatures(n * TYPES)), TIME);
    assertThat(large.parameterCount()).isEqualTo(small.parameterCount());
    assertThat(large.timeFeatures()).isEqualTo(TIME + 1);

    int placed = 3 * (MOST - 1);
    float[] state = numbers(padded().coordinates(), 1);
    state[state.length - 1] = n;
    float[] narrow = new float[3 * (n - 1) + n * TYPES];
    System.arraycopy(state, 0, narrow, 0, 3 * (n - 1));
    for (int type = 0; type < TYPES; type++) {
      System.arraycopy(state, placed + type * MOST, narrow, 3 * (n - 1) + type * n, n);
    }

    float[] wide = evaluate(large, state, 0.3, -0.4, 2.5);
    float[] alone = evaluate(small, narrow, 0.3, -0.4);
    for (int i = 0; i < 3 * (n - 1); i++) {
      assertThat(wide[i]).isCloseTo(alone[i], within(1e-5));
    }
    for (int i = 0; i < MOST * TYPES; i++) {
      int particle = i % MOST;
      float expected = particle < n ? alone[3 * (n - 1) + i / MOST * n + particle] : 2.5f * state[placed + i];
      assertThat(wide[placed + i]).isCloseTo(expected, within(1e-5));
    }
    for (int i = 3 * (n - 1); i < placed; i++) {
      assertThat(wide[i]).isCloseTo(2.5f * state[i], within(1e-5));
    }
    assertThat(wide[wide.length - 1]).isZero();
  }

  private static Offset<Float> within(double distance) {
    return Offset.offset((float) distance);
  }

  /// Points keep what is there, and of what is not there nothing comes back, whatever noise its coordinates hold.
  @ParameterizedTest
  @CsvSource({"1", "3", "6"})
  void pointsComeBackFromTheirCoordinates(int n) {
    Frame frame = padded();
    float[] point = new float[frame.components()];
    System.arraycopy(numbers(3 * n, 5), 0, point, 0, 3 * n);
    for (int axis = 0; axis < 3; axis++) {
      float mean = 0;
      for (int i = 0; i < n; i++) {
        mean += point[3 * i + axis] / n;
      }
      for (int i = 0; i < n; i++) {
        point[3 * i + axis] -= mean;
      }
    }
    for (int type = 0; type < TYPES; type++) {
      System.arraycopy(numbers(n, 6 + type), 0, point, 3 * MOST + type * MOST, n);
    }
    point[point.length - 1] = n;
    float[] state = frame.toCoordinates(point);
    assertThat(state).hasSize(frame.coordinates());
    for (int i = 3 * (n - 1); i < 3 * (MOST - 1); i++) {
      assertThat(state[i]).isCloseTo(0, within(1e-6));
    }
    float[] noisy = state.clone();
    for (int i = 3 * (n - 1); i < 3 * (MOST - 1); i++) {
      noisy[i] = 7;
    }
    for (int type = 0; type < TYPES; type++) {
      int first = 3 * (MOST - 1) + type * MOST;
      Arrays.fill(noisy, first + n, first + MOST, -3);
    }
    float[] back = frame.toComponents(noisy, 1);
    for (int d = 0; d < point.length; d++) {
      assertThat(back[d]).isCloseTo(point[d], within(1e-5));
    }
  }
}
