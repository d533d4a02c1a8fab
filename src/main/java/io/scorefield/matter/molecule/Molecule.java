package io.scorefield.matter.molecule;

import io.scorefield.matter.Element;
import java.util.List;

/// Atoms in space, and the bonds between them where they are known.
///
/// @param name for files and captions; may be empty
/// @param elements of every atom
/// @param positions in angstrom, [n, 3]
/// @param bonds empty where they are not known
public record Molecule(String name, List<Element> elements, double[] positions, List<Bond> bonds) {
  public Molecule {
    elements = List.copyOf(elements);
    bonds = List.copyOf(bonds);
    positions = positions.clone();
    if (elements.isEmpty() || positions.length != 3 * elements.size()) {
      throw new IllegalArgumentException(elements.size() + " atoms cannot have " + positions.length + " coordinates");
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
    return new Molecule(name, elements, positions, others);
  }

  /// The same with atoms elsewhere.
  public Molecule at(double[] others) {
    return new Molecule(name, elements, others, bonds);
  }
}
