package io.scorefield.cli;

import io.scorefield.report.Provenance;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/// The top of the command line.
@Command(
    name = "scorefield",
    description = "Trains and samples physics-aware diffusion models in very large batches.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = ScorefieldCommand.Version.class,
    footer = {
      "",
      "Example: scorefield run circle",
      "'scorefield COMMAND --help' explains a command.",
      "Exit codes: 0 it worked, 1 it failed, 2 it was called wrongly; 130 after Ctrl-C."
    })
final class ScorefieldCommand implements Runnable {
  @Spec private CommandSpec spec;

  /// Prints version and commit.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Provenance provenance = new Provenance();
      return new String[] {
        "scorefield " + provenance.version(), "commit " + provenance.commit(), provenance.java()
      };
    }
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
