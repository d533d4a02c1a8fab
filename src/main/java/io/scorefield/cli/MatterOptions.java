package io.scorefield.cli;

import io.scorefield.experiment.model.AskedFor;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// The options that say which crystals, conformers or molecules are wanted.
final class MatterOptions {
  @Option(
      names = "--formula",
      split = ",",
      paramLabel = "FORMULA",
      description =
          "Of crystals: the atoms of a cell, such as SrTiO3; several, with commas, in turn (default: the compositions that the "
              + "training held out).")
  private List<String> formulas = List.of();

  @Option(
      names = "--smiles",
      split = ",",
      paramLabel = "SMILES",
      description =
          "Of conformers: the molecule as SMILES, such as CCO; several, with commas, in turn (default: the molecules that the "
              + "training held out).")
  private List<String> smiles = List.of();

  @Option(
      names = "--atoms",
      split = ",",
      paramLabel = "N",
      description =
          "Of molecules: how many atoms, hydrogen included; several, with commas, as often as in the training (default: all "
              + "sizes, as often as in the training).")
  private List<String> atoms = List.of();

  /// How many of them are given.
  int given() {
    return (int) Stream.of(formulas, smiles, atoms).filter(list -> !list.isEmpty()).count();
  }

  /// What is asked for; empty: what the training asks for.
  Optional<AskedFor> asked() {
    return Stream.of(
            asked(AskedFor.Kind.FORMULA, formulas), asked(AskedFor.Kind.SMILES, smiles), asked(AskedFor.Kind.ATOMS, atoms))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<AskedFor> asked(AskedFor.Kind kind, List<String> each) {
    return each.isEmpty() ? Optional.empty() : Optional.of(new AskedFor(kind, each.stream().map(String::strip).toList()));
  }
}
