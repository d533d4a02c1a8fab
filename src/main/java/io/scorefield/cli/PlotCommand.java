package io.scorefield.cli;

import io.scorefield.experiment.ExperimentRunner;
import io.scorefield.experiment.folder.RunFolder;
import java.io.IOException;
import picocli.CommandLine.Command;

/// Pictures of a finished run.
@Command(
    name = "plot",
    description = "Draws the pictures and the report of a run again.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield plot runs/circle-20260101-120000"})
final class PlotCommand extends RunFolderCommand {
  PlotCommand(Console console) {
    super(console);
  }

  @Override
  void work(ExperimentRunner runner, RunFolder folder, Console console) throws IOException {
    runner.plot();
    console.result("report: " + folder.report());
  }
}
