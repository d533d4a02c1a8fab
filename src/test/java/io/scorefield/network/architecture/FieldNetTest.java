package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Architecture.Block;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldNetTest {
  private static final double[] TIME = {0.3, -0.8};

  private static float[] numbers(int count) {
    Random random = new Random(9);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static float[] evaluate(Network network, float[] x) {
    float[] output = new float[x.length];
    try (Engine engine = new ReferenceEngine(1)) {
      engine.evaluate(network, x, TIME, output);
    }
    return output;
  }

  /// Fields one after the other, each moved along a periodic grid.
  private static float[] shifted(float[] fields, List<Integer> extents, int[] step) {
    int rows = extents.size() == 1 ? 1 : extents.getFirst();
    int columns = extents.getLast();
    int down = extents.size() == 1 ? 0 : step[0];
    int right = step[step.length - 1];
    float[] moved = new float[fields.length];
    for (int i = 0; i < fields.length; i++) {
      int row = i / columns % rows;
      int column = i % columns;
      int field = i / (rows * columns);
      int to = Math.floorMod(row + down, rows) * columns + Math.floorMod(column + right, columns);
      moved[field * rows * columns + to] = fields[i];
    }
    return moved;
  }

  /// The largest difference between the output for shifted fields and the shifted output, over the largest output.
  private static double changeByShift(FieldNet net, FieldGrid grid, int... step) {
    Network network = Network.initialize(net.of(grid, 2, TIME.length), 4);
    float[] x = numbers(2 * grid.cells());
    float[] expected = shifted(evaluate(network, x), grid.extents(), step);
    float[] actual = evaluate(network, shifted(x, grid.extents(), step));
    double most = 0;
    double size = 0;
    for (int i = 0; i < x.length; i++) {
      most = Math.max(most, Math.abs(actual[i] - expected[i]));
      size = Math.max(size, Math.abs(expected[i]));
    }
    return most / size;
  }

  @Test
  void shiftedFieldsGiveShiftedOutputsOnPeriodicGrids() {
    FieldNet net = new FieldNet(3, 1, 2, false);
    assertThat(changeByShift(net, new FieldGrid(List.of(6, 8), true), 2, 4)).isLessThan(1e-6);
    assertThat(changeByShift(new FieldNet(3, 2, 1, false), new FieldGrid(List.of(12), true), 4)).isLessThan(1e-6);
    assertThat(changeByShift(new FieldNet(3, 0, 1, false), new FieldGrid(List.of(5, 3), true), 1, 2)).isLessThan(1e-6);
  }

  @Test
  void shiftsAreSeenByEdgesPlacesAndHalvedGrids() {
    assertThat(changeByShift(new FieldNet(3, 1, 1, false), new FieldGrid(List.of(8, 8), false), 2, 0)).isGreaterThan(1e-3);
    assertThat(changeByShift(new FieldNet(3, 1, 1, true), new FieldGrid(List.of(8, 8), true), 2, 0)).isGreaterThan(1e-3);
    assertThat(changeByShift(new FieldNet(3, 1, 1, false), new FieldGrid(List.of(8, 8), true), 1, 0)).isGreaterThan(1e-3);
  }

  /// Weight `name.offset` [out, in] of a convolution.
  private static double weight(Network network, String name, int offset, int out, int in) {
    Block block = block(network, name + "." + offset + ".weight");
    return network.parameters()[block.offset() + out * block.length(1) + in];
  }

  private static Block block(Network network, String name) {
    return network.architecture().blocks().stream().filter(block -> block.name().equals(name)).findFirst().orElseThrow();
  }

  /// out(p) = b + sum over rows and columns around p of W x, with nothing beyond the edge.
  private static double[][] convolution(Network network, String name, double[][] x, int rows, int columns, int out) {
    double[][] y = new double[out][rows * columns];
    float[] parameters = network.parameters();
    int bias = block(network, name + ".4.bias").offset();
    for (int o = 0; o < out; o++) {
      for (int p = 0; p < rows * columns; p++) {
        y[o][p] = parameters[bias + o];
        for (int offset = 0; offset < 9; offset++) {
          int row = p / columns + offset / 3 - 1;
          int column = p % columns + offset % 3 - 1;
          for (int i = 0; i < x.length && row >= 0 && row < rows && column >= 0 && column < columns; i++) {
            y[o][p] += weight(network, name, offset, o, i) * x[i][row * columns + column];
          }
        }
      }
    }
    return y;
  }

  /// Both ways of writing a convolution, from few channels to many and back, against loops over rows and columns.
  @Test
  void convolutionsAreSumsOverNeighbours() {
    int rows = 3;
    int columns = 4;
    NetworkProgram program = new FieldNet(5, 0, 0, false).of(new FieldGrid(List.of(rows, columns), false), 2, 2);
    Network network = Network.initialize(program, 8);
    float[] x = numbers(2 * rows * columns);
    double[][] fields = new double[2][rows * columns];
    for (int i = 0; i < x.length; i++) {
      fields[i / (rows * columns)][i % (rows * columns)] = x[i];
    }
    double[][] inner = convolution(network, "in", fields, rows, columns, 5);
    for (double[] channel : inner) {
      for (int p = 0; p < channel.length; p++) {
        channel[p] /= 1 + Math.exp(-channel[p]);
      }
    }
    double[][] expected = convolution(network, "out", inner, rows, columns, 2);
    float[] actual = evaluate(network, x);
    for (int i = 0; i < x.length; i++) {
      double value = expected[i / (rows * columns)][i % (rows * columns)];
      assertThat((double) actual[i]).isCloseTo(value, within(1e-6 * (1 + Math.abs(value))));
    }
  }

  @Test
  void initialOutputsAreOfTheSizeOfTheFields() {
    for (int levels = 0; levels < 4; levels++) {
      Network network = Network.initialize(new FieldNet(8, levels, 1, false).of(new FieldGrid(List.of(16, 16), false), 2, 2), 3);
      float[] output = evaluate(network, numbers(512));
      double square = 0;
      for (float number : output) {
        square += (double) number * number / output.length;
      }
      assertThat(Math.sqrt(square)).as("%d levels", levels).isBetween(0.01, 1.0);
    }
  }

  @ParameterizedTest
  @CsvSource({"16, 4", "24, 3", "18, 1", "17, 0"})
  void gridsAreHalvedAsOftenAsTheyCanBe(int extent, int most) {
    FieldGrid grid = new FieldGrid(List.of(extent, 16), false);
    assertThat(new FieldNet(1, most, 1, false).of(grid, 1, 1).dimension()).isEqualTo(16 * extent);
    assertThatThrownBy(() -> new FieldNet(1, most + 1, 1, false).of(grid, 1, 1))
        .hasMessage("a grid of " + extent + " x 16 cells can be halved " + most + (most == 1 ? " time, not " : " times, not ") + (most + 1));
  }
}
