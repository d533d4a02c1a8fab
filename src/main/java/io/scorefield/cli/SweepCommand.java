package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.experiment.SweepRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SweepGrid;
import io.scorefield.report.GridFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "EXPERIMENT",
      completionCandidates = Experiments.class,
      description = Experiments.HELP + ".")
  private String experiment;

  @Option(
      names = "--over",
      paramLabel = "KEY=VALUE,VALUE...",
      required = true,
      description =
          "A key and its values; repeatable, for all combinations. Commas within brackets belong to a value: "
              + "network.hidden=[64,64],[128].")
  private List<String> over = new ArrayList<>();

  @Option(
      names = "--seeds",
      converter = CountConverter.Small.class,
      paramLabel = "N",
      description = "Run every combination with N seeds and show means (default: what the configuration says).")
  private Integer seeds;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      description = "The first seed (default: what the configuration says).")
  private Long seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change one key for all combinations; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--by",
      paramLabel = "METRIC",
      description = "The metric to sort by (default: sliced-wasserstein-2, else the first there is).")
  private String by;

  @Option(names = "--descending", description = "Sort the greatest first.")
  private boolean descending;

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
    SweepGrid grid = SweepGrid.of(over);
    ExperimentSource source = grid.of(source());
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
      write(grid, runner, folder);
    }
    return console.outcome(runner.failures());
  }

  private ExperimentSource source() throws IOException {
    ExperimentSource source = ExperimentSource.read(experiment);
    for (String assignment : set) {
      source = source.with(assignment);
    }
    if (seeds != null) {
      if (seeds < 1 || seeds > 1000) {
        throw new ParameterException(spec.commandLine(), "--seeds must be from 1 to 1000");
      }
      source = source.with("repeats", Integer.toString(seeds), "--seeds");
    }
    return seed == null ? source : source.with("seed", Long.toString(seed), "--seed");
  }

  private void write(SweepGrid grid, SweepRunner runner, RunFolder folder) throws IOException {
    new GridFiles(grid, runner.table().means(), runner.failures().messages(), folder)
        .write(by, descending, console::line)
        .forEach(console::result);
  }
}
