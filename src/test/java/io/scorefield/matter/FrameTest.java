package io.scorefield.matter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.physics.Tape;
import java.util.Arrays;
import java.util.Map;
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
}
