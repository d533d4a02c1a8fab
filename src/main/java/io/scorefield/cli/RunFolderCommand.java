package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.ExperimentRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.report.Summary;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What the commands that work on a finished run have in common.
abstract class RunFolderCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "The folder of a run.")
  private Path folder;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Change a key of the run's configuration, for example evaluate.samples=5000, or data.path=FILE where the "
              + "data have moved; repeatable.")
  private List<String> set = new ArrayList<>();

  @Mixin private EngineOptions engines;

  RunFolderCommand(Console console) {
    this.console = console;
  }

  abstract void work(ExperimentRunner runner, RunFolder folder, Console console)
      throws IOException;

  /// The changes, if they are of keys that the network and its samples do not depend on.
  private List<String> requireChangeable() {
    for (String assignment : set) {
      if (!assignment.matches("(?s)\\s*(data\\.path|physics|(inverse|evaluate)(\\.[^=]*)?)\\s*=.*")) {
        throw new ConfigException(
            "--set " + assignment + ": of a finished run data.path, physics, inverse and evaluate can be changed");
      }
    }
    return set;
  }

  @Override
  public final Integer call() throws Exception {
    RunFolder run = new RunFolder(folder);
    if (!Files.isDirectory(folder)) {
      throw new ConfigException("there is no folder " + folder);
    }
    if (!Files.isRegularFile(run.checkpoint())) {
      if (Files.isRegularFile(folder.resolve("table.csv"))) {
        throw new ConfigException(folder + " has several runs; name one of the folders in it");
      }
      throw new ConfigException(folder + " is not the folder of a run: it has no checkpoint");
    }
    ExperimentConfig config = ModelFile.config(Checkpoint.read(run.checkpoint()), requireChangeable());
    String name =
        Files.exists(run.summary())
            ? Summary.readName(run.summary())
            : folder.toAbsolutePath().normalize().getFileName().toString();
    ExperimentRunner runner;
    try (RunLock _ = RunLock.of(run, true);
        Engine engine = engines.open(console)) {
      runner = new ExperimentRunner(name, config, engine, run, console);
      work(runner, run, console);
    }
    return console.outcome(runner.failures());
  }
}
