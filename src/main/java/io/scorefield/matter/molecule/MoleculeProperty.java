package io.scorefield.matter.molecule;

import com.actelion.research.chem.StereoMolecule;
import com.actelion.research.chem.prediction.CLogPPredictor;
import com.actelion.research.chem.prediction.PolarSurfaceAreaPredictor;
import java.util.Locale;
import java.util.OptionalDouble;

/// A number that a molecule has, by which molecules can be asked for.
public enum MoleculeProperty {
  /// Radius of gyration in angstrom: the root of the mean squared distance of the atoms from their mean position.
  GYRATION,
  /// Molar mass in g/mol.
  MASS,
  /// Logarithm of the octanol-water partition coefficient, as OpenChemLib estimates it from the bonds.
  LOGP,
  /// Topological polar surface area in square angstrom, as OpenChemLib estimates it from the bonds.
  POLAR_SURFACE;

  /// As a component and in tables.
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The name of the component that tells it.
  public String component() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The property of a molecule; empty where its bonds, by distance where none are known, are none of a valid molecule and the
  /// property needs them.
  public OptionalDouble of(Molecule molecule) {
    return switch (this) {
      case GYRATION -> OptionalDouble.of(gyration(molecule));
      case MASS -> OptionalDouble.of(molecule.elements().stream().mapToDouble(element -> element.mass()).sum());
      case LOGP, POLAR_SURFACE -> estimated(molecule);
    };
  }

  private static double gyration(Molecule molecule) {
    double squares = 0;
    int n = molecule.size();
    for (int axis = 0; axis < 3; axis++) {
      double sum = 0;
      double sumOfSquares = 0;
      for (int atom = 0; atom < n; atom++) {
        sum += molecule.at(atom, axis);
        sumOfSquares += molecule.at(atom, axis) * molecule.at(atom, axis);
      }
      squares += sumOfSquares / n - sum / n * sum / n;
    }
    return Math.sqrt(Math.max(0, squares));
  }

  private OptionalDouble estimated(Molecule molecule) {
    Molecule known = molecule.bonds().isEmpty() && molecule.size() > 1 ? BondTable.perceive(molecule) : molecule;
    if (CanonicalId.of(known).isEmpty()) {
      return OptionalDouble.empty();
    }
    StereoMolecule made = OpenMolecules.of(known);
    double value = this == LOGP ? new CLogPPredictor().assessCLogP(made) : new PolarSurfaceAreaPredictor().assessPSA(made);
    return OptionalDouble.of(value);
  }
}
