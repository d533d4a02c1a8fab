package io.scorefield.cli;

import io.scorefield.io.AtomicFile;
import io.scorefield.matter.molecule.MoleculeFiles;
import io.scorefield.matter.molecule.MoleculeMaker;
import io.scorefield.matter.molecule.MoleculeSet;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Makes random molecules.
@Command(
    name = "molecules",
    description = {
      "Makes different random molecules of C, N, O, F and H, each with positions at a minimum of the MMFF94s+ force field.",
      "docs/molecules-data.md says which molecules there are."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield data molecules --heavy-atoms 5 --count 1000 --seed 1 --out molecules.sdf"})
final class MoleculesCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec;

  @Option(
      names = "--heavy-atoms",
      paramLabel = "K",
      defaultValue = "4",
      description = "At most so many C, N, O and F in a molecule, 1 to " + MoleculeMaker.MOST_HEAVY_ATOMS + " (default: ${DEFAULT-VALUE}).")
  private int heavyAtoms;

  @Option(
      names = {"-n", "--count"},
      converter = CountConverter.class,
      paramLabel = "N",
      defaultValue = "300",
      description = "How many molecules (default: ${DEFAULT-VALUE}).")
  private Long count;

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

  MoleculesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (heavyAtoms < 1 || heavyAtoms > MoleculeMaker.MOST_HEAVY_ATOMS) {
      throw new ParameterException(spec.commandLine(), "--heavy-atoms must be 1 to " + MoleculeMaker.MOST_HEAVY_ATOMS);
    }
    if (count < 1 || count > MoleculeMaker.MOST || seed < 0) {
      throw new ParameterException(spec.commandLine(), "--count must be 1 to " + MoleculeMaker.MOST + ", and --seed must not be negative");
    }
    MoleculeFiles.require(out);
    AtomicFile.require(out);
    MoleculeSet made = MoleculeMaker.make(heavyAtoms, Math.toIntExact(count), seed);
    MoleculeFiles.write(out, made.molecules());
    console.line(made.note());
    console.line(made.heldOut().size() + " of them are kept from training where an experiment uses them");
    console.result("molecules: " + out);
    return CommandLineRunner.OK;
  }
}
