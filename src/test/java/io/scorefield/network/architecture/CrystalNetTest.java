package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrystalNetTest {
  private static final double SIGMA = 0.13;
  private static final double[][] ELEMENTS = {{0.1, -0.3}, {0.9, 0.2}, {-0.6, 0.5}, {0.4, 0.8}};

  private static Frame frame(int atoms, boolean cell) {
    return Frame.centred(atoms, 3)
        .withFeatures(cell ? 6 : 0)
        .withConditions(atoms + (cell ? 0 : 6))
        .withPresence(Presence.byKind(atoms, 0, 0));
  }

  private static double[] numbers(int count, int seed) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = Math.sin(1.3 * (i + 1) * (seed + 1));
    }
    return numbers;
  }

  /// The network's answer for atoms, as a vector for every atom and then the cell.
  ///
  /// @param places [N, 3]
  private static double[] answer(Frame frame, double[] places, double[] cell, int... kinds) {
    int atoms = kinds.length;
    boolean makesCell = frame.features() > 0;
    float[] point = new float[frame.components()];
    int placed = frame.made() - frame.features();
    int n = 0;
    while (n < atoms && kinds[n] > 0) {
      n++;
    }
    for (int k = 0; k < 3 * n; k++) {
      double mean = 0;
      for (int atom = 0; atom < n; atom++) {
        mean += places[3 * atom + k % 3] / n;
      }
      point[k] = (float) (places[k] - mean);
    }
    for (int k = 0; k < 6; k++) {
      point[(makesCell ? placed : placed + atoms) + k] = (float) cell[k];
    }
    for (int atom = 0; atom < atoms; atom++) {
      point[placed + (makesCell ? 6 : 0) + atom] = kinds[atom];
    }
    float[] state = frame.toCoordinates(point);
    for (int k = 0; k < frame.varied(); k++) {
      state[k] /= (float) Math.hypot(1, SIGMA);
    }
    NetworkProgram program = new CrystalNet(2, 6, 2).of(frame, 1, ELEMENTS);
    double[] weights = numbers(program.parameterCount(), 3);
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
    double[] answer = new double[placed + frame.features()];
    for (int k = 0; k < answer.length; k++) {
      answer[k] = back[k];
    }
    return answer;
  }

  private static void same(double[] one, double[] other) {
    double size = 0;
    for (double x : one) {
      size = Math.max(size, Math.abs(x));
    }
    assertThat(size).isGreaterThan(1e-2);
    assertThat(one).containsExactly(other, within(2e-5 * Math.max(1, size)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shiftsAndWholeVectorsDoNotMatter(boolean cell) {
    Frame frame = frame(4, cell);
    double[] places = numbers(12, 1);
    double[] expected = answer(frame, places, numbers(6, 2), 3, 1, 4, 1);
    double[] moved = places.clone();
    for (int k = 0; k < 12; k++) {
      moved[k] += 0.37 - 0.2 * (k % 3) + (k * 7 % 5 - 2);
    }
    same(expected, answer(frame, moved, numbers(6, 2), 3, 1, 4, 1));
  }

  @Test
  void renumberedAtomsHaveARenumberedAnswer() {
    Frame frame = frame(4, true);
    double[] places = numbers(12, 1);
    double[] expected = answer(frame, places, numbers(6, 2), 3, 1, 4, 1);
    double[] turned = new double[12];
    for (int k = 0; k < 12; k++) {
      turned[k] = places[(k + 3) % 12];
    }
    double[] answer = answer(frame, turned, numbers(6, 2), 1, 4, 1, 3);
    double[] back = answer.clone();
    for (int k = 0; k < 12; k++) {
      back[(k + 3) % 12] = answer[k];
    }
    same(expected, back);
  }

  @Test
  void atomsThatAreNotThereChangeNothing() {
    double[] places = numbers(15, 1);
    double[] small = answer(frame(3, true), places, numbers(6, 2), 3, 1, 4);
    double[] large = answer(frame(5, true), places, numbers(6, 2), 3, 1, 4, 0, 0);
    // The network is told N over the most that there can be.
    assertThat(large).hasSize(21);
    double[] other = places.clone();
    other[9] += 0.3;
    other[14] -= 0.4;
    same(large, answer(frame(5, true), other, numbers(6, 2), 3, 1, 4, 0, 0));
    assertThat(small).hasSize(15);
    for (int k = 9; k < 15; k++) {
      assertThat(large[k]).isZero();
    }
  }

  @Test
  void elementsAndCellsMatter() {
    Frame frame = frame(4, true);
    double[] places = numbers(12, 1);
    double[] one = answer(frame, places, numbers(6, 2), 3, 1, 4, 1);
    double[] other = answer(frame, places, numbers(6, 2), 3, 2, 4, 1);
    double[] third = answer(frame, places, numbers(6, 4), 3, 1, 4, 1);
    assertThat(Math.abs(one[0] - other[0])).isGreaterThan(1e-4);
    assertThat(Math.abs(one[0] - third[0])).isGreaterThan(1e-5);
    assertThat(Math.abs(one[13] - third[13])).isGreaterThan(1e-4);
  }

  @Test
  void itIsForCrystals() {
    assertThatThrownBy(() -> new CrystalNet(1, 4, 2).of(Frame.centred(4, 3), 1, ELEMENTS)).hasMessageContaining("data.kind: crystals");
    NetworkProgram cell = new CrystalNet(1, 4, 2).of(Frame.of(6).withConditions(5), 1, ELEMENTS);
    assertThat(cell.dimension()).isEqualTo(11);
    assertThat(cell.timeFeatures()).isEqualTo(1);
    assertThat(cell.name()).contains("the cell of up to 5 atoms");
  }
}
