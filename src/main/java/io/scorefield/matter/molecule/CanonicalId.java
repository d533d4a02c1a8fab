package io.scorefield.matter.molecule;

import com.actelion.research.chem.Canonizer;
import com.actelion.research.chem.StereoMolecule;
import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A text that two molecules share exactly when they have the same atoms with the same bonds: OpenChemLib's idcode.
///
/// It is that of the constitution. Mirror images and cis and trans forms have one id, and so have a molecule and the same
/// without some of its hydrogens, which the rest implies.
public final class CanonicalId {
  private CanonicalId() {}

  /// The id of a molecule's largest part by the bonds that it has.
  ///
  /// @return none where an atom has more bonds than its element can have
  public static Optional<String> of(Molecule molecule) {
    Molecule part = largestPart(molecule);
    int[] valences = new int[part.size()];
    for (Bond bond : part.bonds()) {
      valences[bond.first()] += bond.order();
      valences[bond.second()] += bond.order();
    }
    StereoMolecule made = OpenMolecules.of(part);
    for (int atom = 0; atom < part.size(); atom++) {
      if (valences[atom] > made.getMaxValence(atom)) {
        return Optional.empty();
      }
    }
    return Optional.of(of(made));
  }

  static String of(StereoMolecule molecule) {
    return new Canonizer(molecule, Canonizer.NEGLECT_ANY_STEREO_INFORMATION).getIDCode();
  }

  /// The atoms that most bonds join; of equally large parts that of the first atom.
  static Molecule largestPart(Molecule molecule) {
    int[] parts = parts(molecule);
    int[] sizes = new int[parts.length];
    for (int part : parts) {
      sizes[part]++;
    }
    int largest = 0;
    for (int part = 1; part < sizes.length; part++) {
      largest = sizes[part] > sizes[largest] ? part : largest;
    }
    if (sizes[largest] == molecule.size()) {
      return molecule;
    }
    int[] places = new int[molecule.size()];
    List<Element> elements = new ArrayList<>();
    List<Integer> charges = new ArrayList<>();
    double[] positions = new double[3 * sizes[largest]];
    for (int atom = 0; atom < places.length; atom++) {
      if (parts[atom] == largest) {
        places[atom] = elements.size();
        for (int axis = 0; axis < 3; axis++) {
          positions[3 * elements.size() + axis] = molecule.at(atom, axis);
        }
        elements.add(molecule.elements().get(atom));
        charges.add(molecule.charges().isEmpty() ? 0 : molecule.charges().get(atom));
      }
    }
    List<Bond> bonds = new ArrayList<>();
    for (Bond bond : molecule.bonds()) {
      if (parts[bond.first()] == largest) {
        bonds.add(new Bond(places[bond.first()], places[bond.second()], bond.order()));
      }
    }
    return new Molecule(molecule.name(), elements, positions, bonds, charges);
  }

  /// For each atom the number of the first atom that bonds join it with.
  static int[] parts(Molecule molecule) {
    int[] parts = new int[molecule.size()];
    for (int atom = 0; atom < parts.length; atom++) {
      parts[atom] = atom;
    }
    for (boolean changed = true; changed; ) {
      changed = false;
      for (Bond bond : molecule.bonds()) {
        int least = Math.min(parts[bond.first()], parts[bond.second()]);
        changed |= parts[bond.first()] != least || parts[bond.second()] != least;
        parts[bond.first()] = least;
        parts[bond.second()] = least;
      }
    }
    return parts;
  }
}
