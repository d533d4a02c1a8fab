package io.scorefield.matter.molecule;

import com.actelion.research.chem.StereoMolecule;
import com.actelion.research.chem.conf.Conformer;
import com.actelion.research.chem.forcefield.mmff.BadAtomTypeException;
import com.actelion.research.chem.forcefield.mmff.BadRingAromException;
import com.actelion.research.chem.forcefield.mmff.ForceFieldMMFF94;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;
import java.util.Optional;
import org.openmolecules.chem.conf.so.ConformationSelfOrganizer;

/// Positions of molecules at minima of the force field MMFF94s+, by OpenChemLib.
final class ForceField {
  private static final String KIND = ForceFieldMMFF94.MMFF94SPLUS;
  private static final int STEPS = 4000;
  private static final double GRADIENT = 1e-4;
  private static final double ENERGY = 1e-6;
  private static final int TRIES = 3;

  /// Atoms in a line have no gradient that bends them, and the library none that is a number; so all are moved a little.
  private static final double MOVED = 0.02;

  /// A bond that is further from its usual length, in angstrom, is one that the force field lacks numbers for.
  private static final double FAR = 0.15;

  private ForceField() {}

  /// A random conformer at a minimum of the energy.
  ///
  /// The library's self-organisation of the whole molecule places the atoms. Its ConformerGenerator starts from the same
  /// for parts of a molecule, takes a hundred times as long, and its conformers of small molecules are no lower.
  ///
  /// @param molecule with all hydrogens; it changes
  static Optional<StereoMolecule> placed(StereoMolecule molecule, long seed) {
    molecule.ensureHelperArrays(com.actelion.research.chem.Molecule.cHelperSymmetrySimple);
    // The library takes 0 for no seed.
    Conformer conformer = new ConformationSelfOrganizer(molecule, true).generateOneConformer(seed == 0 ? 1 : seed);
    if (conformer == null) {
      return Optional.empty();
    }
    StereoMolecule placed = conformer.toMolecule(molecule);
    return minimise(placed, seed).map(energy -> placed);
  }

  /// Moves the atoms to a minimum.
  ///
  /// @param molecule with all hydrogens and with positions, which change
  /// @return the energy in kcal/mol; empty where the force field lacks the molecule, or comes to no minimum
  static Optional<Double> minimise(StereoMolecule molecule, long seed) {
    ForceFieldMMFF94.initialize(KIND);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      try {
        move(molecule, seed, attempt);
        ForceFieldMMFF94 field = new ForceFieldMMFF94(molecule, KIND);
        int state = field.minimise(STEPS, GRADIENT, ENERGY);
        double energy = field.getTotalEnergy();
        if (state == 0 && Double.isFinite(energy)) {
          return Optional.of(energy);
        }
      } catch (BadAtomTypeException | BadRingAromException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /// The energy in kcal/mol where the atoms are.
  static double energy(StereoMolecule molecule) {
    try {
      return new ForceFieldMMFF94(molecule, KIND).getTotalEnergy();
    } catch (BadAtomTypeException | BadRingAromException e) {
      throw new IllegalStateException("the force field knew the molecule before", e);
    }
  }

  private static void move(StereoMolecule molecule, long seed, int attempt) {
    float[] normals = new float[3 * molecule.getAllAtoms()];
    new NoiseSource(seed).normals(NoiseStream.PRIOR, attempt, 0, normals, 0, normals.length);
    for (int atom = 0; atom < molecule.getAllAtoms(); atom++) {
      molecule.setAtomX(atom, molecule.getAtomX(atom) + MOVED * normals[3 * atom]);
      molecule.setAtomY(atom, molecule.getAtomY(atom) + MOVED * normals[3 * atom + 1]);
      molecule.setAtomZ(atom, molecule.getAtomZ(atom) + MOVED * normals[3 * atom + 2]);
    }
  }

  /// A molecule about its mean, where it can be one.
  static Optional<Molecule> centred(Molecule molecule) {
    double[] positions = molecule.positions();
    for (int axis = 0; axis < 3; axis++) {
      double mean = 0;
      for (int atom = 0; atom < molecule.size(); atom++) {
        mean += positions[3 * atom + axis] / molecule.size();
      }
      for (int atom = 0; atom < molecule.size(); atom++) {
        positions[3 * atom + axis] -= mean;
      }
    }
    boolean sound =
        Arrays.stream(positions).allMatch(Double::isFinite)
            && Overlaps.of(molecule).isEmpty()
            && molecule.bonds().stream().allMatch(bond -> usual(molecule, bond));
    return sound ? Optional.of(molecule.at(positions)) : Optional.empty();
  }

  private static boolean usual(Molecule molecule, Bond bond) {
    double length = molecule.distance(bond.first(), bond.second());
    return Math.abs(
            length
                - BondTable.length(
                        molecule.elements().get(bond.first()), molecule.elements().get(bond.second()), bond.order())
                    .orElse(length))
        < FAR;
  }
}
