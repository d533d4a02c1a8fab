package io.scorefield.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Makes data sets as files.
@Command(
    name = "data",
    description = "Makes data sets as files: random molecules, their conformers, and crystals.",
    synopsisSubcommandLabel = "KIND",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield data molecules --heavy-atoms 4 --count 300 --out molecules.sdf"})
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a kind of data is missing: molecules, conformers or crystals");
  }
}
