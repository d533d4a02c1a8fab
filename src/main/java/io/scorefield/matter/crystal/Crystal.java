package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A crystal: a cell that is repeated without end, and the atoms in it.
///
/// @param name for files and captions; may be empty
/// @param lattice rows are the vectors of the cell in angstrom, [3, 3]
/// @param elements of every atom of the cell
/// @param fractional positions in units of the cell's vectors, [n, 3]; any numbers, which count modulo 1
public record Crystal(String name, double[][] lattice, List<Element> elements, double[] fractional) {
  /// The unit of atomic mass per cubic angstrom, in grams per cubic centimetre (CODATA 2018).
  private static final double DALTON = 1.66053906660;

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

  /// A crystal whose cell is told by six numbers.
  public static Crystal of(String name, Cell cell, List<Element> elements, double[] fractional) {
    return new Crystal(name, cell.lattice(), elements, fractional);
  }

  /// The six numbers of the cell.
  public Cell cell() {
    return Cell.of(lattice);
  }

  /// A coordinate of an atom in units of a vector.
  public double at(int atom, int vector) {
    return fractional[3 * atom + vector];
  }

  /// The same with atoms elsewhere.
  public Crystal at(double[] others) {
    return new Crystal(name, lattice, elements, others);
  }

  /// The same atoms, at the same places in units of the vectors, in another cell.
  public Crystal in(Cell other) {
    return new Crystal(name, other.lattice(), elements, fractional);
  }

  /// The same with another name.
  public Crystal named(String other) {
    return new Crystal(other, lattice, elements, fractional);
  }

  /// The formula of the cell, such as `CaTiO3`: elements in the order of their first atoms, each once.
  public String formula() {
    Map<Element, Integer> counts = new LinkedHashMap<>();
    elements.forEach(element -> counts.merge(element, 1, Integer::sum));
    StringBuilder text = new StringBuilder();
    counts.forEach((element, count) -> text.append(element.symbol()).append(count == 1 ? "" : count));
    return text.toString();
  }

  /// In grams per cubic centimetre.
  public double density() {
    return DALTON * elements.stream().mapToDouble(Element::mass).sum() / volume();
  }

  /// The least distance of any two atoms, copies included, in angstrom.
  public double leastDistance() {
    Periodic periodic = new Periodic(lattice);
    double least = periodic.shortestVector();
    for (int i = 0; i < size(); i++) {
      for (int j = 0; j < i; j++) {
        least = Math.min(least, periodic.distance(this, i, j));
      }
    }
    return least;
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
