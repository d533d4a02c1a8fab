package io.scorefield;

import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.molecule.Bond;
import io.scorefield.matter.molecule.Molecule;
import java.util.List;
import java.util.stream.Stream;

/// Molecules and crystals that everybody knows.
public final class Structures {
  private Structures() {}

  /// A molecule by the symbols of its atoms, and its bonds as `first second order, ...`.
  public static Molecule molecule(String name, String symbols, String bonds, double... positions) {
    List<Bond> joined =
        Stream.of(bonds.split(", "))
            .map(bond -> Stream.of(bond.split(" ")).mapToInt(Integer::parseInt).toArray())
            .map(bond -> new Bond(bond[0], bond[1], bond[2]))
            .toList();
    return new Molecule(name, elements(symbols), positions, joined);
  }

  private static List<Element> elements(String symbols) {
    return Stream.of(symbols.split(" ")).map(symbol -> Element.of(symbol).orElseThrow()).toList();
  }

  /// Ethanol, as MMFF94 has it.
  public static Molecule ethanol() {
    return molecule(
        "", "C C O H H H H H H", "0 1 1, 1 2 1, 0 3 1, 0 4 1, 0 5 1, 1 6 1, 1 7 1, 2 8 1", 3.401, -1.629, -1.924, 2.454, -0.589,
        -1.367, 2.692, -0.444, 0.026, 3.257, -2.591, -1.421, 4.442, -1.335, -1.753, 3.244, -1.766, -2.997, 1.414, -0.896,
        -1.516, 2.615, 0.378, -1.854, 2.071, 0.228, 0.353);
  }

  /// Alanine, which has a mirror image; atoms 0, 2 and 3 surround atom 1. As MMFF94 has it.
  public static Molecule alanine() {
    return molecule(
        "alanine", "C C N C O O H H H H H H H",
        "0 1 1, 1 2 1, 1 3 1, 3 4 2, 3 5 1, 0 6 1, 0 7 1, 0 8 1, 1 9 1, 2 10 1, 2 11 1, 5 12 1", -4.854, 2.512, -5.580, -4.592,
        3.331, -4.323, -4.751, 2.497, -3.114, -5.564, 4.512, -4.276, -6.648, 4.546, -3.713, -5.133, 5.573, -4.989, -5.875, 2.114,
        -5.594, -4.732, 3.128, -6.477, -4.158, 1.669, -5.655, -3.569, 3.721, -4.327, -4.327, 1.584, -3.265, -5.749, 2.334, -2.961,
        -5.840, 6.240, -4.860);
  }

  /// Benzene in the plane z = 0.
  public static Molecule benzene() {
    double[] positions = new double[36];
    StringBuilder bonds = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      double radius = i < 6 ? 1.39 : 2.48;
      positions[3 * i] = radius * Math.cos(i * Math.PI / 3);
      positions[3 * i + 1] = radius * Math.sin(i * Math.PI / 3);
      bonds.append(i == 0 ? "" : ", ");
      bonds.append(i < 6 ? i + " " + (i + 1) % 6 + " " + (1 + i % 2) : (i - 6) + " " + i + " 1");
    }
    return molecule("benzene", "C C C C C C H H H H H H", bonds.toString(), positions);
  }

  /// A crystal by the symbols and the positions of its atoms.
  public static Crystal crystal(String name, double[][] lattice, String symbols, double... fractional) {
    return new Crystal(name, lattice, elements(symbols), fractional);
  }

  private static double[][] cubic(double a) {
    return new double[][] {{a, 0, 0}, {0, a, 0}, {0, 0, a}};
  }

  public static Crystal rocksalt() {
    return crystal(
        "", cubic(5.64), "Na Na Na Na Cl Cl Cl Cl", 0, 0, 0, 0, .5, .5, .5, 0, .5, .5, .5, 0, .5, 0, 0, 0, .5, 0, 0, 0, .5,
        .5, .5, .5);
  }

  public static Crystal caesiumChloride() {
    return crystal("", cubic(4.12), "Cl Cs", 0, 0, 0, .5, .5, .5);
  }

  public static Crystal strontiumTitanate() {
    return crystal("", cubic(3.905), "Sr Ti O O O", 0, 0, 0, .5, .5, .5, .5, .5, 0, .5, 0, .5, 0, .5, .5);
  }

  public static Crystal rutile() {
    double u = 0.305;
    return crystal(
        "rutile", new double[][] {{4.594, 0, 0}, {0, 4.594, 0}, {0, 0, 2.959}}, "Ti Ti O O O O", 0, 0, 0, .5, .5, .5, u, u, 0,
        -u, -u, 0, .5 + u, .5 - u, .5, .5 - u, .5 + u, .5);
  }

  public static Crystal wurtzite() {
    double a = 3.25;
    return crystal(
        "wurtzite", new double[][] {{a, 0, 0}, {-a / 2, a * Math.sqrt(3) / 2, 0}, {0, 0, 5.207}}, "Zn Zn O O", 1 / 3.0,
        2 / 3.0, 0, 2 / 3.0, 1 / 3.0, .5, 1 / 3.0, 2 / 3.0, .382, 2 / 3.0, 1 / 3.0, .882);
  }
}
