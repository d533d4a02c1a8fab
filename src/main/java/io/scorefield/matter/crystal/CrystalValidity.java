package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.List;

/// Whether atoms of a crystal keep their distance.
///
/// The usual test, all distances of 0.5 angstrom or more and a volume of 0.1 cubic angstrom or more (arXiv 2110.06197), is
/// nearly empty: most crystals whose atoms are anywhere pass it. Two others are given beside it: 1.3 angstrom, and a share
/// of the sum of two radii.
public final class CrystalValidity {
  /// The usual limit in angstrom.
  public static final double USUAL = 0.5;

  /// Shorter than any distance of an inorganic crystal without hydrogen.
  public static final double SHORT = 1.3;

  private static final double VOLUME = 0.1;

  /// Of the sum of the radii of two neighbours.
  private static final double SHARE = 0.7;

  private CrystalValidity() {}

  /// Whether the distances of all atoms, copies included, are at least so large.
  public static boolean apart(Crystal crystal, double least) {
    return crystal.volume() >= VOLUME && crystal.leastDistance() >= least;
  }

  /// Whether distances of cations and anions are at least 0.7 of the sum of their ionic radii, and others at least 0.7 of
  /// that of their covalent radii. Elements count as anions where their first oxidation state is negative.
  public static boolean radiiFit(Crystal crystal) {
    Periodic periodic = new Periodic(crystal.lattice());
    List<Element> atoms = crystal.elements();
    for (int i = 0; i < crystal.size(); i++) {
      for (int j = 0; j <= i; j++) {
        if (periodic.distance(crystal, i, j) < SHARE * contact(atoms.get(i), atoms.get(j))) {
          return false;
        }
      }
    }
    return true;
  }

  private static double contact(Element one, Element other) {
    boolean ionic = one.ionicRadius().isPresent() && other.ionicRadius().isPresent() && anion(one) != anion(other);
    return ionic
        ? one.ionicRadius().getAsDouble() + other.ionicRadius().getAsDouble()
        : one.covalentRadius() + other.covalentRadius();
  }

  private static boolean anion(Element element) {
    return !element.oxidationStates().isEmpty() && element.oxidationStates().getFirst() < 0;
  }
}
