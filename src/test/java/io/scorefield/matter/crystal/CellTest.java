package io.scorefield.matter.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.matter.Element;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellTest {
  @Test
  void sixNumbersAndAMatrixSayTheSame() {
    Cell cell = new Cell(3.1, 4.2, 5.3, 71, 83, 112);
    double[][] lattice = cell.lattice();
    assertThat(lattice[0][1]).isZero();
    assertThat(lattice[0][2]).isZero();
    assertThat(lattice[1][2]).isZero();
    assertThat(lattice[1][1]).isPositive();
    assertThat(lattice[2][2]).isPositive();
    assertThat(Cell.of(lattice).numbers()).containsExactly(cell.numbers(), within(1e-10));
    Crystal crystal = Crystal.of("", cell, List.of(Element.of(11)), new double[3]);
    assertThat(crystal.volume()).isEqualTo(cell.volume(), within(1e-10));
    // Turned and mirrored: the same six numbers.
    double[][] turned = {
      {lattice[0][2], -lattice[0][0], lattice[0][1]},
      {lattice[1][2], -lattice[1][0], lattice[1][1]},
      {lattice[2][2], -lattice[2][0], lattice[2][1]}
    };
    assertThat(Cell.of(turned).numbers()).containsExactly(cell.numbers(), within(1e-10));
  }

  @Test
  void whatHasNoVolumeIsRefused() {
    assertThatThrownBy(() -> new Cell(3, 3, 3, 120, 120, 120)).hasMessageContaining("has no volume");
    assertThatThrownBy(() -> new Cell(3, 3, 3, 30, 30, 90)).hasMessageContaining("has no volume");
    assertThatThrownBy(() -> new Cell(3, 0, 3, 90, 90, 90)).hasMessage("the length b of a cell is 0.0 angstrom; it must be positive");
    assertThatThrownBy(() -> new Cell(3, 3, 3, 90, 180, 90)).hasMessageContaining("the angle beta of a cell is 180.0 degrees");
  }

  @Test
  void distancesAreThoseOfAllCopies() {
    double[][] cells = {{3, 4, 5, 90, 90, 90}, {3, 9, 4, 90, 90, 20}, {2, 7, 11, 33, 40, 25}, {5, 5, 5, 60, 60, 60}, {1, 6, 6, 150, 80, 80}};
    float[] z = new float[3];
    for (double[] six : cells) {
      Cell cell = Cell.of(six);
      double[][] lattice = cell.lattice();
      Periodic periodic = new Periodic(lattice);
      for (int i = 0; i < 20; i++) {
        new NoiseSource(1).normals(NoiseStream.DATA, i, 0, z, 0, 3);
        double[] difference = i == 0 ? new double[3] : new double[] {z[0], z[1], z[2]};
        double least = Double.POSITIVE_INFINITY;
        for (int p = -14; p <= 14; p++) {
          for (int q = -14; q <= 14; q++) {
            for (int r = -14; r <= 14; r++) {
              if (i > 0 || p != 0 || q != 0 || r != 0) {
                least = Math.min(least, length(lattice, difference[0] + p, difference[1] + q, difference[2] + r));
              }
            }
          }
        }
        double found = i == 0 ? periodic.shortestVector() : periodic.distance(difference);
        assertThat(found).as(cell.toString()).isEqualTo(least, within(1e-9));
      }
    }
  }

  private static double length(double[][] lattice, double p, double q, double r) {
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      sum += Math.pow(p * lattice[0][axis] + q * lattice[1][axis] + r * lattice[2][axis], 2);
    }
    return Math.sqrt(sum);
  }

  @Test
  void saltIsAsDenseAsItIs() {
    double a = 5.64 / Math.sqrt(2);
    Crystal salt =
        Crystal.of("salt", new Cell(a, a, a, 60, 60, 60), List.of(Element.of(11), Element.of(17)), new double[] {0, 0, 0, .5, .5, .5});
    assertThat(salt.density()).isEqualTo(2.165, within(0.01));
    assertThat(salt.leastDistance()).isEqualTo(2.82, within(1e-9));
    assertThat(salt.formula()).isEqualTo("NaCl");
  }
}
