package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.io.AtomicFile;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.MoleculeFiles;
import io.scorefield.matter.molecule.MoleculeMaker;
import io.scorefield.matter.molecule.MoleculeSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which random molecules are made, and the file that molecules are written to.
final class MoleculeOptions {
  @Option(
      names = "--heavy-atoms",
      paramLabel = "K",
      description = "At most so many C, N, O and F in a random molecule, 1 to " + MoleculeMaker.MOST_HEAVY_ATOMS + " (default: ${DEFAULT-VALUE}).")
  private int heavyAtoms;

  @Option(
      names = {"-n", "--count"},
      converter = CountConverter.Small.class,
      paramLabel = "N",
      description = "How many random molecules (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .sdf file to write, with bonds, or an .xyz file, without.")
  private Path out;

  @Mixin private SeedOption seed;

  /// @param heavyAtoms the default
  /// @param count the default
  MoleculeOptions(int heavyAtoms, int count) {
    this.heavyAtoms = heavyAtoms;
    this.count = count;
  }

  /// Refuses what cannot be made, and a file that cannot be written.
  ///
  /// @throws ConfigException when an option is out of its range
  void check() throws IOException {
    require("--heavy-atoms", heavyAtoms, MoleculeMaker.MOST_HEAVY_ATOMS);
    require("--count", count, MoleculeMaker.MOST);
    seed();
    MoleculeFiles.require(out);
    AtomicFile.require(out);
  }

  static void require(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ConfigException(option + " must be 1 to " + most);
    }
  }

  long seed() {
    return seed.seed();
  }

  /// Random molecules as these options say.
  MoleculeSet made() {
    return MoleculeMaker.make(heavyAtoms, count, seed());
  }

  void write(List<Molecule> molecules) throws IOException {
    MoleculeFiles.write(out, molecules);
  }

  Path out() {
    return out;
  }
}
