package io.scorefield.cli;

import io.scorefield.experiment.ExperimentRunner;
import io.scorefield.experiment.folder.RunFolder;
import java.io.IOException;
import picocli.CommandLine.Command;

/// Metrics of a finished run.
@Command(
    name = "evaluate",
    description = "Measures the samples of a run again and writes its summary.json.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield evaluate runs/circle-20260101-120000"})
final class EvaluateCommand extends RunFolderCommand {
  EvaluateCommand(Console console) {
    super(console);
  }

  @Override
  void work(ExperimentRunner runner, RunFolder folder, Console console) throws IOException {
    MetricTable.print(runner.evaluate(), console.out());
    console.result("");
    console.result("summary: " + folder.summary());
  }
}
