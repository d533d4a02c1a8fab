package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.Cell;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodicDistanceNetTest {
  private static final double SIGMA = 0.13;
  private static final double[][] ELEMENTS = {{0.1, -0.3}, {0.9, 0.2}, {-0.6, 0.5}, {0.4, 0.8}};
  private static final Cell OBLIQUE = new Cell(4.1, 3.7, 4.6, 80, 97, 105);
  private static final double[] PLACES = {0.1, 0.2, -0.3, 0.4, -0.1, 0.7, 0.8, 0.55, 0.3, 0.35, 0.6, 0.1};

  private static Frame frame(int atoms) {
    return Frame.centred(atoms, 3).withConditions(atoms + 6).withPresence(Presence.byKind(atoms, 0, 0));
  }

  private static double[] sines(int count, int seed) {
    return IntStream.range(0, count).mapToDouble(i -> Math.sin(1.3 * (i + 1) * (seed + 1))).toArray();
  }

  private static double[] answer(double[] places, Cell cell, int... kinds) {
    return answer(new PeriodicDistanceNet(2, 6, 5, 4.5), places, cell, kinds);
  }

  /// The network's answer, a vector for every atom.
  ///
  /// @param places [N, 3]
  /// @param kinds atomic numbers, those of atoms that are not there, 0, come last
  private static double[] answer(PeriodicDistanceNet shape, double[] places, Cell cell, int... kinds) {
    int atoms = kinds.length;
    Frame frame = frame(atoms);
    int there = (int) IntStream.of(kinds).filter(kind -> kind > 0).count();
    float[] point = new float[frame.components()];
    for (int k = 0; k < 3 * there; k++) {
      double mean = 0;
      for (int atom = 0; atom < there; atom++) {
        mean += places[3 * atom + k % 3] / there;
      }
      point[k] = (float) (places[k] - mean);
    }
    for (int atom = 0; atom < atoms; atom++) {
      point[3 * atoms + atom] = kinds[atom];
    }
    double[] six = cell.numbers();
    for (int k = 0; k < 3; k++) {
      point[4 * atoms + k] = (float) ((Math.log(six[k]) - GivenCell.LENGTH_MEAN) / GivenCell.LENGTH_DEVIATION);
      point[4 * atoms + 3 + k] = (float) ((six[3 + k] - GivenCell.ANGLE_MEAN) / GivenCell.ANGLE_DEVIATION);
    }
    float[] state = frame.toCoordinates(point);
    for (int k = 0; k < frame.varied(); k++) {
      state[k] /= (float) Math.hypot(1, SIGMA);
    }
    NetworkProgram program = shape.of(frame, 1, ELEMENTS);
    double[] weights = sines(program.parameterCount(), 3);
    float[] parameters = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      parameters[i] = (float) weights[i];
    }
    float[] out = new float[state.length];
    try (ReferenceEngine engine = new ReferenceEngine(1)) {
      engine.evaluate(new Network(program, parameters), state, new double[] {Math.log(SIGMA), 2}, out);
    }
    // What is asked for comes back as conditions, so that the frame knows who is there.
    System.arraycopy(state, frame.varied(), out, frame.varied(), frame.conditions());
    float[] back = frame.toComponents(out, 1);
    return IntStream.range(0, 3 * atoms).mapToDouble(k -> back[k]).toArray();
  }

  private static void same(double[] one, double[] other) {
    double size = 0;
    for (double x : one) {
      size = Math.max(size, Math.abs(x));
    }
    assertThat(size).isGreaterThan(1e-2);
    assertThat(one).containsExactly(other, within(1e-4 * Math.max(1, size)));
  }

  @Test
  void shiftsAndWholeVectorsDoNotMatter() {
    double[] moved = PLACES.clone();
    for (int k = 0; k < 12; k++) {
      moved[k] += 0.37 - 0.2 * (k % 3) + 9 * (k * 7 % 5 - 2);
    }
    same(answer(PLACES, OBLIQUE, 3, 1, 4, 1), answer(moved, OBLIQUE, 3, 1, 4, 1));
  }

  @Test
  void renumberedAtomsHaveARenumberedAnswer() {
    double[] turned = new double[12];
    for (int k = 0; k < 12; k++) {
      turned[k] = PLACES[(k + 3) % 12];
    }
    double[] answer = answer(turned, OBLIQUE, 1, 4, 1, 3);
    double[] back = new double[12];
    for (int k = 0; k < 12; k++) {
      back[(k + 3) % 12] = answer[k];
    }
    same(answer(PLACES, OBLIQUE, 3, 1, 4, 1), back);
  }

  /// With c + b in the place of c a point x, y, z becomes x, y - z, z, and a displacement likewise. A small cutoff, so that the
  /// heights of the more oblique cell do not bound it.
  @Test
  void whichCellOfTheCrystalIsTakenDoesNotMatter() {
    PeriodicDistanceNet shape = new PeriodicDistanceNet(2, 6, 5, 3.5);
    double[][] lattice = OBLIQUE.lattice();
    for (int axis = 0; axis < 3; axis++) {
      lattice[2][axis] += lattice[1][axis];
    }
    double[] places = PLACES.clone();
    for (int atom = 0; atom < 4; atom++) {
      places[3 * atom + 1] -= places[3 * atom + 2];
    }
    double[] expected = answer(shape, PLACES, OBLIQUE, 3, 1, 4, 1);
    for (int atom = 0; atom < 4; atom++) {
      expected[3 * atom + 1] -= expected[3 * atom + 2];
    }
    same(expected, answer(shape, places, Cell.of(lattice), 3, 1, 4, 1));
  }

  @Test
  void mirrorImagesHaveMirroredAnswers() {
    double[] mirrored = PLACES.clone();
    for (int k = 0; k < 12; k++) {
      mirrored[k] = -mirrored[k];
    }
    double[] expected = answer(PLACES, OBLIQUE, 3, 1, 4, 1);
    for (int k = 0; k < 12; k++) {
      expected[k] = -expected[k];
    }
    same(expected, answer(mirrored, OBLIQUE, 3, 1, 4, 1));
  }

  @Test
  void atomsThatAreNotThereChangeNothing() {
    double[] places = sines(15, 1);
    double[] large = answer(places, OBLIQUE, 3, 1, 4, 0, 0);
    double[] other = places.clone();
    other[9] += 0.3;
    other[14] -= 0.4;
    same(large, answer(other, OBLIQUE, 3, 1, 4, 0, 0));
    for (int k = 9; k < 15; k++) {
      assertThat(large[k]).isZero();
    }
  }

  @Test
  void elementsAndCellsMatter() {
    double[] one = answer(PLACES, OBLIQUE, 3, 1, 4, 1);
    assertThat(Math.abs(one[0] - answer(PLACES, OBLIQUE, 3, 2, 4, 1)[0])).isGreaterThan(1e-4);
    assertThat(Math.abs(one[0] - answer(PLACES, new Cell(4.1, 3.7, 4.9, 80, 97, 105), 3, 1, 4, 1)[0])).isGreaterThan(1e-4);
  }

  /// The features of pairs against a sum over many copies.
  @ParameterizedTest
  @ValueSource(doubles = {3.2, 6})
  void copiesWithinTheCutoffAreAllSeen(double cutoff) {
    Crystal crystal = Crystal.of("", OBLIQUE, List.of(Element.of(11), Element.of(17)), new double[] {0.1, 0.7, 0.2, 0.9, 0.15, 0.6});
    double volume = crystal.volume();
    double[] six = OBLIQUE.numbers();
    double limit = cutoff;
    for (int k = 0; k < 3; k++) {
      double face = six[(k + 1) % 3] * six[(k + 2) % 3] * Math.sin(Math.toRadians(six[3 + k]));
      limit = Math.min(limit, 1.5 * volume / face);
    }
    double[] features = PeriodicDistanceProbe.of(crystal, 5, cutoff);
    double width = cutoff / 4;
    for (int pair = 0; pair < 4; pair++) {
      double[] expected = new double[5];
      for (int n = 0; n < 1331; n++) {
        double[] way = new double[3];
        int rest = n;
        for (int axis = 0; axis < 3; axis++, rest /= 11) {
          way[axis] = crystal.at(pair / 2, axis) - crystal.at(pair % 2, axis) + rest % 11 - 5;
        }
        double[] p = crystal.cartesian(way[0], way[1], way[2]);
        double d = Math.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
        for (int m = 0; m < 5 && d > 1e-9 && d < limit; m++) {
          double bell = Math.exp(-Math.pow(d / width - m, 2) / 2);
          expected[m] += bell * Math.pow(Math.cos(Math.PI / 2 * d / limit), 2);
        }
      }
      for (int m = 0; m < 5; m++) {
        assertThat(features[5 * pair + m]).isCloseTo(expected[m], within(1e-4));
      }
    }
  }

  @Test
  void itIsForCrystalsInAGivenCell() {
    Frame both = Frame.centred(4, 3).withFeatures(6).withConditions(4).withPresence(Presence.byKind(4, 0, 0));
    assertThatThrownBy(() -> new PeriodicDistanceNet(1, 4, 2, 5).of(both, 1, ELEMENTS)).hasMessageContaining("data.make: places");
  }
}
