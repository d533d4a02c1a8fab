package io.scorefield.matter.molecule;

import com.actelion.research.chem.IsomericSmilesCreator;
import com.actelion.research.chem.SmilesParser;
import com.actelion.research.chem.StereoMolecule;
import org.openmolecules.chem.conf.gen.ConformerGenerator;

/// Molecules as texts in which bonded atoms stand beside each other, such as `CCO` for ethanol.
///
/// Source: Weininger 1988, SMILES, a chemical language and information system.
public final class Smiles {
  /// What the library's reasons begin with.
  private static final String PARSER = "SmilesParser: ";

  private Smiles() {}

  /// The molecule of a text with all its hydrogens, all atoms at the origin.
  ///
  /// @throws IllegalArgumentException when the text is none of one molecule without charges
  public static Molecule read(String smiles) {
    StereoMolecule molecule = new StereoMolecule();
    // The library forgives an open branch.
    if (smiles.chars().filter(c -> c == '(').count() != smiles.chars().filter(c -> c == ')').count()) {
      throw new IllegalArgumentException("'" + smiles + "' is no SMILES such as CCO: as many ( as ) are needed");
    }
    try {
      new SmilesParser(SmilesParser.SMARTS_MODE_IS_SMILES).parse(molecule, smiles);
      molecule.ensureHelperArrays(com.actelion.research.chem.Molecule.cHelperNeighbours);
      ConformerGenerator.addHydrogenAtoms(molecule);
    } catch (Exception e) {
      throw new IllegalArgumentException("'" + smiles + "' is no SMILES such as CCO" + reason(e), e);
    }
    if (molecule.getAllAtoms() == 0) {
      throw new IllegalArgumentException("'" + smiles + "' is no SMILES such as CCO");
    }
    for (int atom = 0; atom < molecule.getAllAtoms(); atom++) {
      if (molecule.getAtomCharge(atom) != 0) {
        throw new IllegalArgumentException("'" + smiles + "' has a charge; molecules without are made");
      }
    }
    Molecule read = OpenMolecules.from(smiles, molecule);
    Molecule made = read.at(new double[3 * read.size()]);
    if (CanonicalId.largestPart(made).size() < made.size()) {
      throw new IllegalArgumentException("'" + smiles + "' are several molecules");
    }
    return made;
  }

  private static String reason(Exception e) {
    // Other exceptions are the parser's own stumbling over the text, and say nothing to who wrote it.
    String message = e.getMessage() == null ? "" : e.getMessage();
    return message.startsWith(PARSER) ? ": " + message.substring(PARSER.length()).strip() : "";
  }

  /// The text of a molecule by its bonds, without hydrogens and without its shape.
  public static String of(Molecule molecule) {
    StereoMolecule flat = OpenMolecules.of(molecule.at(new double[3 * molecule.size()]));
    flat.removeExplicitHydrogens(false);
    flat.stripStereoInformation();
    return IsomericSmilesCreator.createSmiles(flat);
  }
}
