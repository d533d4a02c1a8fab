package io.scorefield.matter.molecule;

import io.scorefield.matter.Element;

/// How many atoms of a molecule have the bonds that their element has: 1 of H and F, 2 of O, 3 of N, 4 of C.
///
/// Source: Hoogeboom et al., "Equivariant diffusion for molecule generation in 3D", ICML 2022, section 5.
///
/// @param stable atoms whose bonds have the right sum of orders
/// @param atoms of the molecule
public record Stability(int stable, int atoms) {
  /// Of the bonds that a molecule has.
  public static Stability of(Molecule molecule) {
    int[] valences = new int[molecule.size()];
    for (Bond bond : molecule.bonds()) {
      valences[bond.first()] += bond.order();
      valences[bond.second()] += bond.order();
    }
    int stable = 0;
    for (int atom = 0; atom < valences.length; atom++) {
      if (valences[atom] == valence(molecule.elements().get(atom))) {
        stable++;
      }
    }
    return new Stability(stable, valences.length);
  }

  /// Whether every atom is stable.
  public boolean whole() {
    return stable == atoms;
  }

  /// The usual number of bonds.
  ///
  /// @throws IllegalArgumentException when the element is none of H, C, N, O and F
  public static int valence(Element element) {
    return switch (element.symbol()) {
      case "H", "F" -> 1;
      case "O" -> 2;
      case "N" -> 3;
      case "C" -> 4;
      default -> throw new IllegalArgumentException("the usual number of bonds of " + element.symbol() + " is not in the rule");
    };
  }
}
