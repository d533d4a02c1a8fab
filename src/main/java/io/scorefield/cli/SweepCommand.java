package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.experiment.SweepRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SweepGrid;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs an experiment with all combinations of some values of some keys.
@Command(
    name = "sweep",
    description = {
      "Runs an experiment with all combinations of some values of some keys, each in a folder of its own, and writes a table "
          + "of all of them, the best first.",
      "The same command with the same --out goes on with a sweep: what has finished is kept. A combination that fails does "
          + "not stop the others."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield sweep circle --over network.hidden=64,128 --over train.learning-rate=1e-3,2e-3 --out /tmp/sweep",
      "See docs/tools.md."
    })
final class SweepCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SweepOptions sweep;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Folder of the sweep (default: runs/EXPERIMENT-sweep-DATE-TIME).")
  private Path out;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "Write every run for TensorBoard too, each into a folder of its own in this one.")
  private Path tensorboard;

  @Option(names = "--force", description = "Write into the folder although it has files that are not of a run.")
  private boolean force;

  @Mixin private EngineOptions engines;

  SweepCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    SweepGrid grid = sweep.grid();
    ExperimentSource source = grid.of(sweep.source());
    int runs = source.bind().repeats();
    RunFolder folder = ExperimentOptions.folder(out, source.name() + "-sweep");
    SweepRunner runner;
    try (RunLock _ = RunLock.of(folder, force);
        Engine engine = engines.open(console)) {
      int points = grid.points().size();
      console.line(
          points + (points == 1 ? " combination, " : " combinations, ") + runs + (runs == 1 ? " seed" : " seeds") + " each");
      runner = new SweepRunner(source, engine, folder, console).ofGrid().on(Optional.ofNullable(tensorboard));
      runner.run(true);
      sweep.write(grid, runner, folder, console::line, console::result);
    }
    return console.outcome(runner.failures());
  }
}
