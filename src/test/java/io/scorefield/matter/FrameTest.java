package io.scorefield.matter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeRunner;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Coordinates of particles without their mean: orthonormal, and laws are the same in them.
class FrameTest {
  private static final Frame FRAME = Frame.centred(4, 2);

  private static float[] centred(Random random, int count) {
    float[] points = new float[count * 8];
    for (int i = 0; i < count; i++) {
      for (int axis = 0; axis < 2; axis++) {
        double[] x = random.doubles(4, -2, 2).toArray();
        double mean = Arrays.stream(x).average().orElseThrow();
        for (int particle = 0; particle < 4; particle++) {
          points[i * 8 + particle * 2 + axis] = (float) (x[particle] - mean);
        }
      }
    }
    return points;
  }

  @Test
  void coordinatesAreOrthonormalAndLeaveTheMeanOut() {
    assertThat(FRAME.coordinates()).isEqualTo(6);
    for (int a = 0; a < 6; a++) {
      for (int b = 0; b < 6; b++) {
        double product = 0;
        for (int d = 0; d < 8; d++) {
          product += FRAME.row(d)[a] * FRAME.row(d)[b];
        }
        assertThat(product).isCloseTo(a == b ? 1 : 0, within(1e-14));
      }
    }
    float[] points = centred(new Random(1), 9);
    float[] back = FRAME.toComponents(FRAME.toCoordinates(points), 9);
    float[] moved = points.clone();
    for (int i = 0; i < moved.length; i += 2) {
      moved[i] += 3;
    }
    float[] again = FRAME.toComponents(FRAME.toCoordinates(moved), 9);
    for (int i = 0; i < points.length; i++) {
      assertThat((double) back[i]).isCloseTo(points[i], within(1e-6));
      assertThat((double) again[i]).isCloseTo(points[i], within(2e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "sum(i<j, 0.9*(d-4)^4 - 4*(d-4)^2)", "sum(i<j, d^-12 - 2*d^-6) + 0.5*sum(i, r^2)",
    "(distance(0, 1) - 1)^2 + x[0,1]*x[3,0] + 0.5*sum(i, r^2)"
  })
  void energiesAreTheSameInThem(String formula) {
    Tape tape = Potential.of(formula, 4, 2, Map.of()).tape();
    double[] deviation = new double[8];
    double[] mean = new double[8];
    Arrays.fill(deviation, 1.7);
    mean[0] = 0.3;
    mean[5] = -0.2;
    Tape moved = tape.withInputs(deviation, mean).withBasis(6, FRAME::row);
    float[] points = centred(new Random(2), 12);
    float[] states = new Scaling(new double[8], Scaling.identity(8).deviation(), new double[8], FRAME).toState(points);
    for (int i = 0; i < 12; i++) {
      double[] x = new double[8];
      double[] y = new double[6];
      for (int s = 0; s < 6; s++) {
        y[s] = states[i * 6 + s];
      }
      for (int d = 0; d < 8; d++) {
        double component = 0;
        for (int s = 0; s < 6; s++) {
          component += FRAME.row(d)[s] * y[s];
        }
        x[d] = 1.7 * component + mean[d];
      }
      double expected = tape.objective(x, 0);
      assertThat(moved.objective(y, 0)).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
    }
  }

  @Test
  void conditionsAreCoordinatesAsTheyAre() {
    Frame frame = FRAME.withConditions(2);
    assertThat(frame.coordinates()).isEqualTo(8);
    assertThat(frame.varied()).isEqualTo(6);
    float[] positions = centred(new Random(4), 3);
    float[] points = new float[30];
    for (int i = 0; i < 3; i++) {
      System.arraycopy(positions, 8 * i, points, 10 * i, 8);
      points[10 * i + 8] = 0.5f + i;
      points[10 * i + 9] = -3;
    }
    float[] states = frame.toCoordinates(points);
    float[] alone = FRAME.toCoordinates(positions);
    for (int i = 0; i < 3; i++) {
      assertThat(Arrays.copyOfRange(states, 8 * i, 8 * i + 6)).isEqualTo(Arrays.copyOfRange(alone, 6 * i, 6 * i + 6));
      assertThat(Arrays.copyOfRange(states, 8 * i + 6, 8 * i + 8)).isEqualTo(new float[] {0.5f + i, -3});
    }
    assertThat(frame.toComponents(states, 3)).containsExactly(points, within(2e-6f));
    // A scaling leaves them alone too.
    Scaling scaling =
        Scaling.of(
            new DataSet("tempered", 10, points, Optional.empty(), List.of("x[4,2]", "T", "c"), new double[10], List.of(), 2),
            true, frame);
    float[] scaled = scaling.toState(points);
    assertThat(scaled[6]).isEqualTo(0.5f);
    assertThat(scaled[7]).isEqualTo(-3f);
  }

  /// A law in data units that reads a condition: its value is right and its derivative with respect to it is 0.
  @Test
  void lawsHoldConditions() {
    Frame frame = FRAME.withConditions(1);
    TapeBuilder builder = new TapeBuilder(9);
    int square = builder.square(builder.input(0));
    builder.objective(builder.multiply(square, builder.input(8)), 1);
    Tape tape = builder.build().withBasis(frame.coordinates(), frame::row, frame.varied());
    float[] points = new float[9];
    System.arraycopy(centred(new Random(7), 1), 0, points, 0, 8);
    points[8] = 2.5f;
    float[] states = frame.toCoordinates(points);
    double[] x = new double[7];
    Arrays.setAll(x, d -> states[d]);
    double[] gradient = new double[7];
    TapeRunner runner = new TapeRunner(tape);
    double value = runner.forward(x, 0, new double[0]);
    runner.reverse(x, 0, new double[0], 1, gradient, 0);
    assertThat(value).isCloseTo(2.5 * points[0] * points[0], within(1e-6));
    assertThat(gradient[6]).isZero();
    assertThat(Arrays.stream(gradient).map(Math::abs).sum()).isGreaterThan(0.1);
    TapeBuilder mixed = new TapeBuilder(9);
    int loop = mixed.loop(2);
    mixed.residual(mixed.gather(loop, new int[] {0, 8}, 0));
    assertThatThrownBy(() -> mixed.build().withBasis(frame.coordinates(), frame::row, frame.varied()))
        .hasMessageContaining("name them apart");
  }
}
