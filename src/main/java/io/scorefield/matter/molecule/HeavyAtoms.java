package io.scorefield.matter.molecule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The atoms of a molecule but for hydrogen, and the ways to exchange them that leave elements and bonds as they are.
final class HeavyAtoms {
  /// More exchanges than this are not looked for: the distance is then the least over those found.
  private static final int MOST = 5_000;

  private final int[] atoms;
  private final int[][] orders;
  private final String[] kinds;
  private final List<int[]> symmetries = new ArrayList<>();

  /// @param molecule with bonds
  HeavyAtoms(Molecule molecule) {
    atoms = IntStream.range(0, molecule.size()).filter(atom -> molecule.elements().get(atom).number() > 1).toArray();
    int[] places = new int[molecule.size()];
    Arrays.fill(places, -1);
    IntStream.range(0, atoms.length).forEach(heavy -> places[atoms[heavy]] = heavy);
    orders = new int[atoms.length][atoms.length];
    int[] hydrogens = new int[atoms.length];
    for (Bond bond : molecule.bonds()) {
      int first = places[bond.first()];
      int second = places[bond.second()];
      if (first >= 0 && second >= 0) {
        orders[first][second] = bond.order();
        orders[second][first] = bond.order();
      } else if (first >= 0 || second >= 0) {
        hydrogens[Math.max(first, second)]++;
      }
    }
    kinds = new String[atoms.length];
    for (int heavy = 0; heavy < atoms.length; heavy++) {
      kinds[heavy] = molecule.elements().get(atoms[heavy]).symbol() + hydrogens[heavy];
    }
    extend(new int[atoms.length], 0);
  }

  private void extend(int[] images, int done) {
    if (done == images.length) {
      symmetries.add(images.clone());
      return;
    }
    for (int image = 0; image < images.length && symmetries.size() < MOST; image++) {
      if (fits(images, done, image)) {
        images[done] = image;
        extend(images, done + 1);
      }
    }
  }

  private boolean fits(int[] images, int done, int image) {
    if (!kinds[done].equals(kinds[image])) {
      return false;
    }
    for (int before = 0; before < done; before++) {
      if (images[before] == image || orders[before][done] != orders[images[before]][image]) {
        return false;
      }
    }
    return true;
  }

  /// How many exchanges there are, at least the one that exchanges nothing.
  int symmetries() {
    return symmetries.size();
  }

  /// The least distance of two conformers in angstrom, see {@link Alignment}, over all exchanges.
  ///
  /// @param first positions of all atoms, [N, 3]
  double rmsd(double[] first, double[] second) {
    double[] a = of(first, null);
    return symmetries.stream().mapToDouble(images -> Alignment.rmsd(a, of(second, images))).min().orElseThrow();
  }

  private double[] of(double[] positions, int[] images) {
    double[] some = new double[3 * atoms.length];
    for (int heavy = 0; heavy < atoms.length; heavy++) {
      System.arraycopy(positions, 3 * atoms[images == null ? heavy : images[heavy]], some, 3 * heavy, 3);
    }
    return some;
  }
}
