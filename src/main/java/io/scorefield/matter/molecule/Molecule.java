package io.scorefield.matter.molecule;

import io.scorefield.matter.Element;
import java.util.List;

/// Atoms in space, and the bonds between them where they are known.
///
/// @param name for files and captions; may be empty
/// @param elements of every atom
/// @param positions in angstrom, [n, 3]
/// @param bonds empty where they are not known
/// @param charges formal charge of every atom; empty where all are 0
public record Molecule(
    String name, List<Element> elements, double[] positions, List<Bond> bonds, List<Integer> charges) {
  /// A molecule without formal charges.
  public Molecule(String name, List<Element> elements, double[] positions, List<Bond> bonds) {
    this(name, elements, positions, bonds, List.of());
  }

  public Molecule {
    elements = List.copyOf(elements);
    bonds = List.copyOf(bonds);
    charges = charges.stream().allMatch(charge -> charge == 0) ? List.of() : List.copyOf(charges);
    positions = positions.clone();
    if (elements.isEmpty() || positions.length != 3 * elements.size()) {
      throw new IllegalArgumentException(elements.size() + " atoms cannot have " + positions.length + " coordinates");
    }
    if (!charges.isEmpty() && charges.size() != elements.size()) {
      throw new IllegalArgumentException(charges.size() + " charges of " + elements.size() + " atoms");
    }
    for (Bond bond : bonds) {
      if (Math.max(bond.first(), bond.second()) >= elements.size()) {
        throw new IllegalArgumentException("a bond of the atoms " + bond.first() + " and " + bond.second() + " of " + elements.size());
      }
    }
  }

  /// How many atoms there are.
  public int size() {
    return elements.size();
  }

  @Override
  public double[] positions() {
    return positions.clone();
  }

  /// A coordinate of an atom in angstrom.
  public double at(int atom, int axis) {
    return positions[3 * atom + axis];
  }

  /// The distance of two atoms in angstrom.
  public double distance(int i, int j) {
    return Math.hypot(Math.hypot(at(i, 0) - at(j, 0), at(i, 1) - at(j, 1)), at(i, 2) - at(j, 2));
  }

  /// The same with other bonds.
  public Molecule withBonds(List<Bond> others) {
    return new Molecule(name, elements, positions, others, charges);
  }

  /// The same with atoms elsewhere.
  public Molecule at(double[] others) {
    return new Molecule(name, elements, others, bonds, charges);
  }
}
