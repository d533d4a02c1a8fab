package io.scorefield.report;

import io.scorefield.matter.molecule.BondTable;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.Stability;

/// What is said below the picture of a molecule.
///
/// @param joined the molecule with the bonds by which it is judged
/// @param text `stable`, or how many atoms are not; empty where the rule does not know an element, or bonds were told
public record StructureNote(Molecule joined, String text) {
  /// By distances alone, true molecules too, but for those whose bonds the network was told.
  public static StructureNote of(Molecule molecule) {
    if (!molecule.bonds().isEmpty() || !molecule.elements().stream().allMatch(BondTable::knows)) {
      return new StructureNote(molecule, "");
    }
    Molecule joined = BondTable.perceive(molecule);
    Stability stability = Stability.of(joined);
    int unstable = stability.atoms() - stability.stable();
    return new StructureNote(joined, unstable == 0 ? "stable" : unstable + " of " + stability.atoms() + " unstable");
  }
}
