package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.matter.molecule.ConformerSet;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.MoleculeFiles;
import io.scorefield.matter.molecule.MoleculeSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Option(names = "--from", paramLabel = "FILE", description = "An .sdf file of molecules with all hydrogens (default: random molecules).")
  private Path from;

  @Option(
      names = "--starts",
      converter = CountConverter.Small.class,
      paramLabel = "M",
      defaultValue = "50",
      description = "From how many random starts conformers are looked for (default: ${DEFAULT-VALUE}).")
  private int starts;

  @Mixin private MoleculeOptions options = new MoleculeOptions(5, 20);

  ConformersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    options.check();
    MoleculeOptions.require("--starts", starts, MOST_STARTS);
    MoleculeSet molecules =
        from == null
            ? options.made()
            : new MoleculeSet(MoleculeFiles.read(from), "the molecules of " + from);
    console.line(molecules.note());
    List<Molecule> written = new ArrayList<>();
    int done = 0;
    int failed = 0;
    for (Molecule molecule : molecules.molecules()) {
      if (molecule.bonds().isEmpty() && molecule.size() > 1) {
        throw new ConfigException("a molecule of " + from + " has no bonds: " + molecule.name());
      }
      Optional<ConformerSet> set = ConformerSet.of(molecule, starts, options.seed());
      set.ifPresent(found -> written.addAll(found.molecules()));
      failed += set.isPresent() ? 0 : 1;
      console.progress("conformers", ++done, molecules.molecules().size(), "molecules", "");
    }
    if (written.isEmpty()) {
      console.line("scorefield: the force field has no conformer of any of these molecules");
      return CommandLineRunner.FAILED;
    }
    options.write(written);
    int found = molecules.molecules().size() - failed;
    console.line(
        String.format(
            Locale.ROOT, "%d conformers of %d molecules%s", written.size(), found,
            failed > 0 ? "; the force field has none of " + failed + " more" : ""));
    console.result("conformers: " + options.out());
    return CommandLineRunner.OK;
  }
}
