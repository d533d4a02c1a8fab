package io.scorefield.matter.molecule;

import com.actelion.research.chem.StereoMolecule;
import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.List;

/// Molecules as the library OpenChemLib has them, and back.
final class OpenMolecules {
  private OpenMolecules() {}

  /// Atoms in the same order with positions, charges and bonds.
  static StereoMolecule of(Molecule molecule) {
    StereoMolecule made = new StereoMolecule(molecule.size(), molecule.bonds().size());
    for (int atom = 0; atom < molecule.size(); atom++) {
      made.addAtom(molecule.elements().get(atom).number());
      made.setAtomX(atom, molecule.at(atom, 0));
      made.setAtomY(atom, molecule.at(atom, 1));
      made.setAtomZ(atom, molecule.at(atom, 2));
      if (!molecule.charges().isEmpty()) {
        made.setAtomCharge(atom, molecule.charges().get(atom));
      }
    }
    for (Bond bond : molecule.bonds()) {
      made.addBond(bond.first(), bond.second(), type(bond.order()));
    }
    return made;
  }

  static int type(int order) {
    return switch (order) {
      case 1 -> com.actelion.research.chem.Molecule.cBondTypeSingle;
      case 2 -> com.actelion.research.chem.Molecule.cBondTypeDouble;
      default -> com.actelion.research.chem.Molecule.cBondTypeTriple;
    };
  }

  /// All atoms with their positions, and the bonds.
  static Molecule from(String name, StereoMolecule other) {
    List<Element> elements = new ArrayList<>();
    double[] positions = new double[3 * other.getAllAtoms()];
    for (int atom = 0; atom < other.getAllAtoms(); atom++) {
      elements.add(Element.of(other.getAtomicNo(atom)));
      positions[3 * atom] = other.getAtomX(atom);
      positions[3 * atom + 1] = other.getAtomY(atom);
      positions[3 * atom + 2] = other.getAtomZ(atom);
    }
    List<Bond> bonds = new ArrayList<>();
    for (int bond = 0; bond < other.getAllBonds(); bond++) {
      bonds.add(new Bond(other.getBondAtom(0, bond), other.getBondAtom(1, bond), other.getBondOrder(bond)));
    }
    return new Molecule(name, elements, positions, bonds);
  }
}
