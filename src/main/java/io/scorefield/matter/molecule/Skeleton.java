package io.scorefield.matter.molecule;

import com.actelion.research.chem.StereoMolecule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The heavy atoms of a molecule and the orders of their bonds; hydrogens fill the rest.
///
/// @param elements atomic numbers, [n]
/// @param orders 0 where there is no bond, [n, n] symmetric
record Skeleton(int[] elements, int[][] orders) {
  private static final int[] KINDS = {6, 7, 8, 9};

  /// Methane.
  static Skeleton carbon() {
    return new Skeleton(new int[] {6}, new int[1][1]);
  }

  int size() {
    return elements.length;
  }

  /// What comes of it by one more atom on a single bond.
  List<Skeleton> larger() {
    List<Skeleton> all = new ArrayList<>();
    int n = size();
    for (int atom = 0; atom < n; atom++) {
      for (int kind : free(atom) > 0 ? KINDS : new int[0]) {
        int[] more = IntStream.concat(IntStream.of(elements), IntStream.of(kind)).toArray();
        int[][] bonds = new int[n + 1][n + 1];
        for (int i = 0; i < n; i++) {
          System.arraycopy(orders[i], 0, bonds[i], 0, n);
        }
        bonds[atom][n] = 1;
        bonds[n][atom] = 1;
        all.add(new Skeleton(more, bonds));
      }
    }
    return all;
  }

  /// What comes of it by one bond more between two of its atoms: a ring, a double bond or a triple bond.
  List<Skeleton> tighter() {
    List<Skeleton> all = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      for (int j = i + 1; j < size(); j++) {
        if (free(i) > 0 && free(j) > 0 && orders[i][j] < 3) {
          int[][] bonds = new int[size()][];
          for (int k = 0; k < size(); k++) {
            bonds[k] = orders[k].clone();
          }
          bonds[i][j]++;
          bonds[j][i]++;
          all.add(new Skeleton(elements, bonds));
        }
      }
    }
    return all;
  }

  /// Bonds to hydrogen: C has four bonds, N three, O two and F one.
  int free(int atom) {
    return 10 - elements[atom] - IntStream.of(orders[atom]).sum();
  }

  /// The molecule without hydrogens and positions.
  StereoMolecule molecule() {
    StereoMolecule made = new StereoMolecule();
    for (int element : elements) {
      made.addAtom(element);
    }
    for (int i = 0; i < size(); i++) {
      for (int j = i + 1; j < size(); j++) {
        if (orders[i][j] > 0) {
          made.addBond(i, j, OpenMolecules.type(orders[i][j]));
        }
      }
    }
    return made;
  }
}
