package io.scorefield.matter.molecule;

import com.actelion.research.chem.StereoMolecule;
import java.util.stream.IntStream;

/// Which skeletons are made: those of molecules that a chemist would not be surprised to see, by few rules.
///
/// - fluorine is bound to carbon only, oxygen never to oxygen, and no N or O to two others of them
/// - no atom has two double bonds
/// - no triple bond is in a ring
/// - no atom of a ring of three has a double bond
/// - a ring of four atoms has at most one double bond
/// - an atom of two rings has no double bond within them
///
/// The force field and the rule of {@link BondTable} are unsure of molecules that break one of those about double bonds.
/// A part of a molecule that keeps the rules keeps them too, so that growth by single steps reaches all.
final class SkeletonRules {
  private static final int FLUORINE = 9;
  private static final int OXYGEN = 8;

  private SkeletonRules() {}

  static boolean keeps(Skeleton skeleton) {
    return IntStream.range(0, skeleton.size()).allMatch(atom -> neighbours(skeleton, atom)) && rings(skeleton);
  }

  private static boolean neighbours(Skeleton skeleton, int atom) {
    int element = skeleton.elements()[atom];
    int hetero = 0;
    for (int other = 0; other < skeleton.size(); other++) {
      int its = skeleton.elements()[other];
      if (element != 6 && its != 6 && skeleton.orders()[atom][other] > 0) {
        hetero++;
        if (element == FLUORINE || its == FLUORINE || element == OXYGEN && its == OXYGEN) {
          return false;
        }
      }
    }
    return hetero < 2;
  }

  private static boolean rings(Skeleton skeleton) {
    StereoMolecule molecule = skeleton.molecule();
    molecule.ensureHelperArrays(com.actelion.research.chem.Molecule.cHelperRings);
    int[] doubles = new int[skeleton.size()];
    int[] inRings = new int[skeleton.size()];
    for (int bond = 0; bond < molecule.getAllBonds(); bond++) {
      int order = molecule.getBondOrder(bond);
      if (order == 3 && molecule.isRingBond(bond)) {
        return false;
      }
      for (int end = 0; end < 2 && order == 2; end++) {
        doubles[molecule.getBondAtom(end, bond)]++;
        inRings[molecule.getBondAtom(end, bond)] += molecule.isRingBond(bond) ? 1 : 0;
      }
    }
    for (int atom = 0; atom < doubles.length; atom++) {
      if (doubles[atom] > 1
          || doubles[atom] == 1 && molecule.getAtomRingSize(atom) == 3
          || inRings[atom] == 1 && molecule.getAtomRingBondCount(atom) > 2) {
        return false;
      }
    }
    for (int ring = 0; ring < molecule.getRingSet().getSize(); ring++) {
      int[] bonds = molecule.getRingSet().getRingBonds(ring);
      if (bonds.length == 4 && IntStream.of(bonds).filter(bond -> molecule.getBondOrder(bond) > 1).count() > 1) {
        return false;
      }
    }
    return true;
  }
}
