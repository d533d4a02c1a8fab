package io.scorefield.matter.molecule;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.List;

/// Molecules, and which of them are kept from training.
///
/// @param molecules all of them
/// @param note a line for the user about where they come from
public record MoleculeSet(List<Molecule> molecules, String note) {
  /// One in so many is kept from training.
  private static final int HELD_OUT = 10;

  public MoleculeSet {
    molecules = List.copyOf(molecules);
  }

  /// The molecules to train on.
  public List<Molecule> training() {
    return molecules.stream().filter(molecule -> !heldOut(molecule)).toList();
  }

  /// The molecules that are kept from training, about a tenth.
  public List<Molecule> heldOut() {
    return molecules.stream().filter(MoleculeSet::heldOut).toList();
  }

  /// Whether a molecule is kept from training: a function of its canonical id alone, so that it holds for every one of
  /// its conformers and in every set.
  public static boolean heldOut(Molecule molecule) {
    Molecule known = molecule.bonds().isEmpty() ? BondTable.perceive(molecule) : molecule;
    int hash = CanonicalId.of(known).orElse("").hashCode();
    return NoiseSource.toIndex(new NoiseSource(0).word(NoiseStream.DATA, hash & 0xffffffffL, 0), HELD_OUT) == 0;
  }
}
