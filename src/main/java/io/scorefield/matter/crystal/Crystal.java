package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.List;

/// A crystal: a cell that is repeated without end, and the atoms in it.
///
/// @param name for files and captions; may be empty
/// @param lattice rows are the vectors of the cell in angstrom, [3, 3]
/// @param elements of every atom of the cell
/// @param fractional positions in units of the cell's vectors, [n, 3]; any numbers, which count modulo 1
public record Crystal(String name, double[][] lattice, List<Element> elements, double[] fractional) {
  public Crystal {
    elements = List.copyOf(elements);
    fractional = fractional.clone();
    lattice = new double[][] {lattice[0].clone(), lattice[1].clone(), lattice[2].clone()};
    if (elements.isEmpty() || fractional.length != 3 * elements.size()) {
      throw new IllegalArgumentException(elements.size() + " atoms cannot have " + fractional.length + " coordinates");
    }
  }

  /// How many atoms the cell has.
  public int size() {
    return elements.size();
  }

  @Override
  public double[] fractional() {
    return fractional.clone();
  }

  @Override
  public double[][] lattice() {
    return new double[][] {lattice[0].clone(), lattice[1].clone(), lattice[2].clone()};
  }

  /// The volume of the cell in cubic angstrom.
  public double volume() {
    double[][] l = lattice;
    return Math.abs(
        l[0][0] * (l[1][1] * l[2][2] - l[1][2] * l[2][1])
            - l[0][1] * (l[1][0] * l[2][2] - l[1][2] * l[2][0])
            + l[0][2] * (l[1][0] * l[2][1] - l[1][1] * l[2][0]));
  }

  /// A point in units of the cell's vectors, in angstrom.
  public double[] cartesian(double a, double b, double c) {
    double[] point = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      point[axis] = a * lattice[0][axis] + b * lattice[1][axis] + c * lattice[2][axis];
    }
    return point;
  }
}
