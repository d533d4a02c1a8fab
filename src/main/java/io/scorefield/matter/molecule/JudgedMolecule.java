package io.scorefield.matter.molecule;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is to be said of one molecule by its distances.
///
/// @param stability of its atoms
/// @param connected whether bonds join all of its atoms
/// @param id of its largest part; empty where an atom has too many bonds
/// @param lengths of its bonds by type
record JudgedMolecule(Stability stability, boolean connected, Optional<String> id, Map<String, double[]> lengths) {
  static JudgedMolecule of(Molecule molecule) {
    Molecule perceived = BondTable.perceive(molecule);
    return new JudgedMolecule(
        Stability.of(perceived),
        Arrays.stream(CanonicalId.parts(perceived)).allMatch(part -> part == 0),
        CanonicalId.of(perceived),
        BondLengths.of(perceived));
  }

  /// In parallel, in the same order.
  static List<JudgedMolecule> of(List<Molecule> molecules) {
    return molecules.parallelStream().map(JudgedMolecule::of).toList();
  }
}
