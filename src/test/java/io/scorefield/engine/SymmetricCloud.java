package io.scorefield.engine;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.network.NetworkProgram;
import java.util.Arrays;
import java.util.Optional;

/// A network for particles or atoms, and what its states are of points: in double precision, which {@link Frame} has not.
///
/// @param there how many of the particles there are
/// @param periodic whether positions count modulo 1, and directions are those of a cell
record SymmetricCloud(String name, NetworkProgram program, Frame frame, int there, boolean periodic) {
  /// The noise level of crystals.
  private static final double SIGMA = 0.13;

  /// The time features; those of crystals begin with ln(sigma).
  double[] features() {
    return Arrays.copyOf(new double[] {periodic ? Math.log(SIGMA) : 0.3, -0.7}, program.timeFeatures());
  }

  /// K.
  int axes() {
    return frame.centred().isPresent() ? frame.axes() : 3;
  }

  /// Numbers of a point's positions.
  int placed() {
    return frame.made() - frame.features();
  }

  /// N.
  int particles() {
    return placed() / axes();
  }

  /// Features that each particle has.
  int featuresOfEach() {
    return frame.presence().map(Presence::features).orElse(frame.features() / particles());
  }

  /// The coordinates of a point [D].
  double[] state(double[] point) {
    double[] state = new double[frame.coordinates()];
    for (int d = 0; d < point.length; d++) {
      double[] row = frame.row(d);
      for (int s = 0; s < row.length; s++) {
        state[s] += row[s] * point[d];
      }
    }
    // The network for crystals undoes the scale of its input.
    for (int s = 0; periodic && s < frame.varied(); s++) {
      state[s] /= Math.hypot(1, SIGMA);
    }
    return state;
  }

  /// The point of an output, with 0 for what is not there and for conditions.
  double[] point(double[] output) {
    double[] point = new double[frame.components()];
    int modes = frame.centred().isPresent() ? axes() * (there - 1) : output.length;
    for (int d = 0; d < placed(); d++) {
      double[] row = frame.row(d);
      for (int s = 0; s < modes && d / axes() < there; s++) {
        point[d] += row[s] * output[s];
      }
    }
    int behind = frame.varied() - frame.features();
    System.arraycopy(output, behind, point, placed(), frame.features());
    for (int feature = 0; feature < featuresOfEach(); feature++) {
      int first = placed() + feature * particles();
      Arrays.fill(point, first + there, first + particles(), 0);
    }
    return point;
  }

  /// Numbers for every feature and condition of a state in which the right particles are there.
  void fill(double[] point, double[] numbers) {
    System.arraycopy(numbers, 0, point, 0, point.length);
    Arrays.fill(point, axes() * there, placed(), 0);
    for (int feature = 0; feature < featuresOfEach(); feature++) {
      int first = placed() + feature * particles();
      Arrays.fill(point, first + there, first + particles(), 0);
    }
    Optional<Presence> presence = frame.presence();
    if (presence.isPresent() && periodic) {
      // A kind for each atom.
      for (int i = 0; i < particles(); i++) {
        point[frame.made() + i] = i < there ? 1 + i * 5 % 4 : 0;
      }
    } else if (presence.isPresent()) {
      point[frame.made()] = there;
    }
  }
}
