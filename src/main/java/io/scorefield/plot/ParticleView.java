package io.scorefield.plot;

import java.util.Arrays;
import java.util.stream.IntStream;

/// How configurations of particles are looked at; the same for all of a picture.
///
/// @param axes K of a position; of more than three the first three are shown
/// @param reach distance from the middle that is shown
/// @param radius of a particle
/// @param bond pairs nearer than this are joined
public record ParticleView(int axes, double reach, double radius, double bond) {
  private static final double TURN = Math.toRadians(32);
  private static final double TILT = Math.toRadians(18);

  /// The camera's distance from the middle, in reaches.
  private static final double CAMERA = 4.5;

  /// A view that shows nearly all particles of true configurations.
  ///
  /// @param samples [n, N K] with mean positions of 0
  /// @param distances of their pairs
  /// @param bond pairs nearer than this are joined; 0: those that are about as near as the nearest
  public static ParticleView of(int axes, float[] samples, double[] distances, double bond) {
    double[] sizes =
        IntStream.range(0, samples.length / axes)
            .mapToDouble(
                i -> Math.sqrt(IntStream.range(0, axes).mapToDouble(a -> samples[i * axes + a]).map(x -> x * x).sum()))
            .sorted()
            .toArray();
    double[] sorted = Arrays.stream(distances).sorted().toArray();
    double near = sorted[(int) (0.05 * sorted.length)];
    double radius = (axes < 3 ? 0.24 : 0.34) * near;
    double reach = sizes[(int) ((axes < 3 ? 0.995 : 0.98) * (sizes.length - 1))] + radius;
    return new ParticleView(axes, reach, radius, bond > 0 ? bond : 1.3 * near);
  }

  /// A particle as it is seen.
  ///
  /// @param x to the right and `y` upwards, both in reaches
  /// @param depth towards the eye, in reaches
  /// @param scale of things there
  record Seen(double x, double y, double depth, double scale) {
    boolean isInside() {
      return Math.abs(x) <= 1 && Math.abs(y) <= 1;
    }
  }

  /// A particle in perspective: turned a little, so that no axis points at the eye.
  ///
  /// @param from where its position begins
  Seen seen(float[] positions, int from) {
    double x = positions[from] / reach;
    double y = axes > 1 ? positions[from + 1] / reach : 0;
    if (axes < 3) {
      return new Seen(x, y, 0, 1);
    }
    double z = positions[from + 2] / reach;
    double side = x * Math.cos(TURN) + z * Math.sin(TURN);
    double front = z * Math.cos(TURN) - x * Math.sin(TURN);
    double up = y * Math.cos(TILT) - front * Math.sin(TILT);
    double depth = front * Math.cos(TILT) + y * Math.sin(TILT);
    double scale = CAMERA / Math.max(0.5, CAMERA - depth);
    return new Seen(side * scale, up * scale, depth, scale);
  }

  double distance(float[] positions, int i, int j) {
    double square = 0;
    for (int axis = 0; axis < axes; axis++) {
      double difference = positions[i * axes + axis] - (double) positions[j * axes + axis];
      square += difference * difference;
    }
    return Math.sqrt(square);
  }
}
