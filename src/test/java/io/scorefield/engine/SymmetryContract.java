package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.engine.SymmetricCloud.Told;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.BondGraph;
import io.scorefield.network.architecture.CrystalNet;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.EnergyNetwork;
import io.scorefield.network.architecture.Gine;
import io.scorefield.network.architecture.PairEnergy;
import io.scorefield.network.architecture.PeriodicDistanceNet;
import io.scorefield.network.architecture.PointCloud;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.linear.MatrixUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What networks for particles, molecules and crystals must do on every engine: what is done to the input shows in the output,
/// and nothing else does. A turned lattice has the same six numbers (`CellTest`), which are all that a network sees of it. A test
/// class of an engine extends this one.
public abstract class SymmetryContract {
  private static final int TIME = 2;
  private static final int SAMPLES = 3;
  private static final double[][] ELEMENTS = {{0.1, -0.3}, {0.9, 0.2}, {-0.6, 0.5}, {0.4, 0.8}};

  /// Outputs of a network for some states.
  ///
  /// @param states [n][S]
  protected abstract double[][] evaluate(Network network, double[][] states, double[] features);

  /// What rounding may change, of the largest of the input's and the output's numbers.
  protected abstract double tolerance();

  /// An action on the points of a cloud, and what it does to outputs.
  private record Motion(double[][] turn, double[] shift, int[] order, boolean wholeVectors) {}

  static List<SymmetricCloud> clouds() {
    List<SymmetricCloud> clouds = new ArrayList<>();
    for (boolean centred : new boolean[] {false, true}) {
      PointCloud cloud = new PointCloud(5, 3, centred);
      Frame frame = centred ? Frame.centred(5, 3) : Frame.of(15);
      String name = centred ? " without the mean" : "";
      clouds.add(of("egnn, messages" + name, new Egnn(2, 8, true, Egnn.Coordinates.MESSAGES, 0).of(cloud, TIME), frame));
      clouds.add(of("egnn, features" + name, new Egnn(2, 8, false, Egnn.Coordinates.FEATURES, 0).of(cloud, TIME), frame));
      clouds.add(of("energy" + name, new EnergyNetwork(2, 8).of(cloud, TIME), frame));
      clouds.add(of("energy, bumps" + name, new EnergyNetwork(1, 8, List.of(0.7, 2.0)).of(cloud, TIME), frame));
      clouds.add(of("pair energy" + name, new PairEnergy(7, 4).of(cloud, TIME), frame));
    }
    Frame typed = Frame.centred(5, 3).withFeatures(10);
    clouds.add(of("egnn, types", new Egnn(2, 8, true, Egnn.Coordinates.FEATURES, 0).of(PointCloud.of(typed), TIME), typed));
    // As molecules are: two of six atoms are not there, and how many there are is told.
    Frame padded = Frame.centred(6, 3).withFeatures(12).withConditions(1).withPresence(Presence.byCount(6, 0, 2));
    for (Egnn.Coordinates coordinates : Egnn.Coordinates.values()) {
      NetworkProgram program = new Egnn(2, 8, coordinates == Egnn.Coordinates.MESSAGES, coordinates, 0).of(PointCloud.of(padded), TIME);
      clouds.add(new SymmetricCloud("egnn, padded molecules, " + coordinates, program, padded, 4, Told.COUNT));
    }
    Egnn radial = new Egnn(2, 8, true, Egnn.Coordinates.FEATURES, 0, 5, 4);
    clouds.add(new SymmetricCloud("egnn, radial functions", radial.of(PointCloud.of(padded), TIME), padded, 4, Told.COUNT));
    Frame bonds = Frame.centred(5, 3).withConditions(new BondGraph(5).conditions()).withPresence(Presence.byKind(5, 0, 0));
    clouds.add(new SymmetricCloud("bonds", new Gine(2, 8).of(PointCloud.of(bonds), TIME), bonds, 4, Told.BONDS));
    for (boolean cell : new boolean[] {true, false}) {
      Frame crystal =
          Frame.centred(5, 3)
              .withFeatures(cell ? 6 : 0)
              .withConditions(cell ? 5 : 11)
              .withPresence(Presence.byKind(5, 0, 0));
      NetworkProgram program = new CrystalNet(2, 8, 3).of(crystal, TIME, ELEMENTS);
      clouds.add(new SymmetricCloud("crystals" + (cell ? " and cells" : " in a cell"), program, crystal, 4, Told.CRYSTAL));
      if (!cell) {
        NetworkProgram distances = new PeriodicDistanceNet(2, 5, 3, 4).of(crystal, TIME, ELEMENTS);
        clouds.add(new SymmetricCloud("periodic distances", distances, crystal, 4, Told.CRYSTAL));
      }
    }
    return clouds;
  }

  private static SymmetricCloud of(String name, NetworkProgram program, Frame frame) {
    return new SymmetricCloud(name, program, frame, 5, Told.COUNT);
  }

  static List<SymmetricCloud> inSpace() {
    return clouds().stream().filter(cloud -> !cloud.periodic()).toList();
  }

  static List<SymmetricCloud> crystals() {
    return clouds().stream().filter(SymmetricCloud::periodic).toList();
  }

  @ParameterizedTest
  @MethodSource("inSpace")
  void outputsTurnWithTheParticles(SymmetricCloud cloud) {
    check(cloud, new Motion(rotation(), new double[3], identity(cloud), false));
  }

  @ParameterizedTest
  @MethodSource("inSpace")
  void outputsAreMirroredWithTheParticles(SymmetricCloud cloud) {
    double[][] mirror = {{1, 0, 0}, {0, -1, 0}, {0, 0, 1}};
    check(cloud, new Motion(mirror, new double[3], identity(cloud), false));
  }

  /// Crystals too: their origin has no meaning.
  @ParameterizedTest
  @MethodSource("clouds")
  void shiftsDoNotMatter(SymmetricCloud cloud) {
    check(cloud, new Motion(unit(), new double[] {0.4, -1.1, 0.7}, identity(cloud), false));
  }

  @ParameterizedTest
  @MethodSource("clouds")
  void renumberedParticlesHaveRenumberedOutputs(SymmetricCloud cloud) {
    int[] order = identity(cloud);
    // Of those that are there.
    for (int i = 0; i < cloud.there(); i++) {
      order[i] = (i * 3 + 2) % cloud.there();
    }
    check(cloud, new Motion(unit(), new double[3], order, false));
  }

  @ParameterizedTest
  @MethodSource("crystals")
  void wholeVectorsOfTheCellDoNotMatter(SymmetricCloud cloud) {
    check(cloud, new Motion(unit(), new double[3], identity(cloud), true));
  }

  /// So that what is checked above is no matter of course.
  @Test
  void aNetworkWithoutSymmetriesIsFoundOut() {
    NetworkProgram plain = new Mlp(15, TIME, new int[] {12}, Activation.TANH).asProgram();
    SymmetricCloud cloud = of("mlp", plain, Frame.of(15));
    int[] order = {1, 0, 2, 3, 4};
    for (Motion motion :
        List.of(
            new Motion(rotation(), new double[3], identity(cloud), false),
            new Motion(unit(), new double[] {0.4, -1.1, 0.7}, identity(cloud), false),
            new Motion(unit(), new double[3], order, false))) {
      assertThat(difference(cloud, motion)).isGreaterThan(1e-2);
    }
  }

  private void check(SymmetricCloud cloud, Motion motion) {
    assertThat(difference(cloud, motion)).as(cloud.name()).isCloseTo(0, within(tolerance()));
  }

  /// The largest difference between the output of moved points and the moved output, of the largest number of both.
  private double difference(SymmetricCloud cloud, Motion motion) {
    Random random = new Random(8);
    float[] parameters = new float[cloud.program().parameterCount()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (0.4 * random.nextGaussian());
    }
    double[][] states = new double[2 * SAMPLES][];
    double[][] points = new double[SAMPLES][cloud.frame().components()];
    double largest = 0;
    for (int i = 0; i < SAMPLES; i++) {
      cloud.fill(points[i], random.doubles(cloud.frame().components(), -1.5, 1.5).toArray());
      states[i] = cloud.state(points[i]);
      states[SAMPLES + i] = cloud.state(moved(cloud, motion, points[i], true));
      for (double number : states[SAMPLES + i]) {
        largest = Math.max(largest, Math.abs(number));
      }
    }
    double[][] outputs = evaluate(new Network(cloud.program(), parameters), states, cloud.features());
    double apart = 0;
    double size = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double[] expected = moved(cloud, motion, cloud.point(outputs[i]), false);
      double[] actual = cloud.point(outputs[SAMPLES + i]);
      for (int d = 0; d < expected.length; d++) {
        apart = Math.max(apart, Math.abs(actual[d] - expected[d]));
        size = Math.max(size, Math.abs(expected[d]));
      }
    }
    assertThat(size).as("an output").isGreaterThan(1e-3);
    return apart / Math.max(largest, size);
  }

  /// A moved point; of an output only the directions and the order change.
  private static double[] moved(SymmetricCloud cloud, Motion motion, double[] point, boolean isInput) {
    double[] moved = point.clone();
    int axes = cloud.axes();
    for (int i = 0; i < cloud.there(); i++) {
      for (int axis = 0; axis < axes; axis++) {
        double sum = isInput ? motion.shift[axis] : 0;
        for (int k = 0; k < axes; k++) {
          sum += motion.turn[axis][k] * point[axes * motion.order[i] + k];
        }
        moved[axes * i + axis] = sum + (isInput && motion.wholeVectors ? (i * 7 + axis) % 4 - 1 : 0);
      }
      for (int feature = 0; feature < cloud.featuresOfEach(); feature++) {
        int first = cloud.placed() + feature * cloud.particles();
        moved[first + i] = point[first + motion.order[i]];
      }
    }
    cloud.renumber(point, moved, motion.order);
    return moved;
  }

  private static int[] identity(SymmetricCloud cloud) {
    int[] order = new int[cloud.particles()];
    Arrays.setAll(order, i -> i);
    return order;
  }

  private static double[][] unit() {
    return MatrixUtils.createRealIdentityMatrix(3).getData();
  }

  private static double[][] rotation() {
    double[][] first = {{Math.cos(1), -Math.sin(1), 0}, {Math.sin(1), Math.cos(1), 0}, {0, 0, 1}};
    double[][] second = {{1, 0, 0}, {0, Math.cos(2), -Math.sin(2)}, {0, Math.sin(2), Math.cos(2)}};
    return MatrixUtils.createRealMatrix(first).multiply(MatrixUtils.createRealMatrix(second)).getData();
  }
}
