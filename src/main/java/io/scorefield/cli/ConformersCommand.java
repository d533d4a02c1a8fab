package io.scorefield.cli;

import io.scorefield.io.AtomicFile;
import io.scorefield.matter.molecule.ConformerSet;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.MoleculeFiles;
import io.scorefield.matter.molecule.MoleculeMaker;
import io.scorefield.matter.molecule.MoleculeSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Makes conformers of molecules.
@Command(
    name = "conformers",
    description = {
      "Makes the conformers of molecules: different minima of the MMFF94s+ force field, mirror images included.",
      "The molecules are those of a file with bonds, or random ones. A conformer is a molecule of the file that is written; those "
          + "of one molecule follow each other, the lowest first."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield data conformers --heavy-atoms 5 --count 20 --out conformers.sdf"})
final class ConformersCommand implements Callable<Integer> {
  private static final int MOST_STARTS = 10_000;

  private final Console console;
  @Spec private CommandSpec spec;

  @Option(names = "--from", paramLabel = "FILE", description = "An .sdf file of molecules with all hydrogens (default: random molecules).")
  private Path from;

  @Option(
      names = "--heavy-atoms",
      paramLabel = "K",
      defaultValue = "5",
      description = "At most so many C, N, O and F in a random molecule (default: ${DEFAULT-VALUE}).")
  private int heavyAtoms;

  @Option(
      names = {"-n", "--count"},
      converter = CountConverter.Small.class,
      paramLabel = "N",
      defaultValue = "20",
      description = "How many random molecules (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--starts",
      converter = CountConverter.Small.class,
      paramLabel = "M",
      defaultValue = "50",
      description = "From how many random starts conformers are looked for (default: ${DEFAULT-VALUE}).")
  private int starts;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed, a whole number >= 0 (default: ${DEFAULT-VALUE}).")
  private Long seed;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .sdf file to write, with bonds, or an .xyz file, without.")
  private Path out;

  ConformersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    require(heavyAtoms >= 1 && heavyAtoms <= MoleculeMaker.MOST_HEAVY_ATOMS, "--heavy-atoms must be 1 to " + MoleculeMaker.MOST_HEAVY_ATOMS);
    require(count >= 1 && count <= MoleculeMaker.MOST, "--count must be 1 to " + MoleculeMaker.MOST);
    require(starts >= 1 && starts <= MOST_STARTS, "--starts must be 1 to " + MOST_STARTS);
    require(seed >= 0, "--seed must not be negative");
    MoleculeFiles.require(out);
    AtomicFile.require(out);
    MoleculeSet molecules =
        from == null
            ? MoleculeMaker.make(heavyAtoms, count, seed)
            : new MoleculeSet(MoleculeFiles.read(from), "the molecules of " + from);
    console.line(molecules.note());
    List<Molecule> written = new ArrayList<>();
    int done = 0;
    int failed = 0;
    for (Molecule molecule : molecules.molecules()) {
      require(!molecule.bonds().isEmpty() || molecule.size() == 1, "a molecule of " + from + " has no bonds: " + molecule.name());
      Optional<ConformerSet> set = ConformerSet.of(molecule, starts, seed);
      set.ifPresent(found -> written.addAll(found.molecules()));
      failed += set.isPresent() ? 0 : 1;
      console.progress("conformers", ++done, molecules.molecules().size(), "molecules", "");
    }
    if (written.isEmpty()) {
      console.line("scorefield: the force field has no conformer of any of these molecules");
      return CommandLineRunner.FAILED;
    }
    MoleculeFiles.write(out, written);
    int found = molecules.molecules().size() - failed;
    console.line(
        String.format(
            Locale.ROOT, "%d conformers of %d molecules%s", written.size(), found,
            failed > 0 ? "; the force field has none of " + failed + " more" : ""));
    console.result("conformers: " + out);
    return CommandLineRunner.OK;
  }

  private void require(boolean fine, String otherwise) {
    if (!fine) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
