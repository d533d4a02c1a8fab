package io.scorefield.cli;

import io.scorefield.matter.molecule.MoleculeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  @Mixin private MoleculeOptions options = new MoleculeOptions(4, 300);

  MoleculesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    options.check();
    MoleculeSet made = options.made();
    options.write(made.molecules());
    console.line(made.note());
    console.line(made.heldOut().size() + " of them are kept from training where an experiment uses them");
    console.result("molecules: " + options.out());
    return CommandLineRunner.OK;
  }
}
