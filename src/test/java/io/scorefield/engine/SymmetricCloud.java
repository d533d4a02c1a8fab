package io.scorefield.engine;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.BondGraph;
import java.util.Arrays;

/// A network for particles or atoms, and what its states are of points: in double precision, which {@link Frame} has not.
///
/// @param there how many of the particles there are
/// @param told what conditions mean
record SymmetricCloud(String name, NetworkProgram program, Frame frame, int there, Told told) {
  enum Told {
    /// How many particles there are, where that is told.
    COUNT,
    /// The kind of every atom, and then the cell where it is told; positions count modulo 1, and directions are those of a cell.
    CRYSTAL,
    /// The kind of every atom, and then that of every pair of them, as {@link BondGraph} has them.
    BONDS
  }

  boolean periodic() {
    return told == Told.CRYSTAL;
  }

  /// The noise level of crystals.
  private static final double SIGMA = 0.13;

  /// The time features; those of crystals begin with ln(sigma).
  double[] features() {
    return Arrays.copyOf(new double[] {periodic() ? Math.log(SIGMA) : 0.3, -0.7}, program.timeFeatures());
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
    for (int s = 0; periodic() && s < frame.varied(); s++) {
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
    if (frame.presence().isEmpty()) {
      return;
    }
    int given = frame.made();
    if (told == Told.COUNT) {
      point[given] = there;
      return;
    }
    for (int i = 0; i < particles(); i++) {
      point[given + i] = i < there ? 1 + i * 5 % 4 : 0;
    }
    for (int i = given + particles(); i < point.length; i++) {
      point[i] = told == Told.CRYSTAL ? 0.3 * numbers[i] : 0;
    }
    BondGraph graph = new BondGraph(particles());
    for (int i = 0; told == Told.BONDS && i < there; i++) {
      for (int j = i + 1; j < there; j++) {
        point[given + particles() + graph.pair(i, j)] = (i + 2 * j) % (BondGraph.KINDS + 1);
      }
    }
  }

  /// The conditions of renumbered particles.
  ///
  /// @param order the old number of every new one
  void renumber(double[] from, double[] to, int[] order) {
    int given = frame.made();
    if (told == Told.COUNT) {
      return;
    }
    BondGraph graph = new BondGraph(particles());
    for (int i = 0; i < there; i++) {
      to[given + i] = from[given + order[i]];
      for (int j = i + 1; told == Told.BONDS && j < there; j++) {
        int old = graph.pair(Math.min(order[i], order[j]), Math.max(order[i], order[j]));
        to[given + particles() + graph.pair(i, j)] = from[given + particles() + old];
      }
    }
  }
}
