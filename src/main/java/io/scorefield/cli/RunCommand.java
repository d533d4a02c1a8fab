package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.Engine;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.ExperimentRunner;
import io.scorefield.experiment.Failures;
import io.scorefield.experiment.SweepRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.model.Origin;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.report.board.TensorBoard;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Everything, from the data to the report.
@Command(
    name = "run",
    description = "Runs an experiment: train, sample, guide, evaluate, plot, report.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield run circle --seed 2 --set train.epochs=200 --out /tmp/circle"})
final class RunCommand implements Callable<Integer> {
  private final Console console;
  @Mixin private ExperimentOptions experiment;
  @Mixin private EngineOptions engines;
  @Mixin private LiveOptions live;

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    ExperimentSource source = experiment.source();
    ExperimentConfig config = source.bind();
    RunFolder folder = experiment.folder(source.name());
    Optional<Origin> origin = experiment.origin();
    if (origin.isPresent() && SweepRunner.isSweep(config)) {
      throw new ConfigException("--from is for a single training; this experiment has variants or repeats");
    }
    live.check();
    Failures failures;
    try (RunLock _ = RunLock.of(folder, experiment.force());
        Engine engine = engines.open(console);
        Watched watched = Watched.of(live, console, "run", source.name(), engine.info())) {
      Map<String, Map<String, MetricValue>> metrics;
      if (SweepRunner.isSweep(config)) {
        SweepRunner runner =
            new SweepRunner(source, engine, folder, watched.reporter()).on(experiment.tensorboard()).seenBy(watched.training());
        metrics = watched.during(() -> runner.run(experiment.resume()));
        failures = runner.failures();
      } else {
        try (TensorBoard board = experiment.board().orElse(null)) {
          ExperimentRunner runner =
              new ExperimentRunner(source.name(), config, engine, folder, watched.reporter())
                  .from(origin)
                  .on(Optional.ofNullable(board))
                  .seenBy(watched.training());
          metrics = watched.during(() -> runner.run(experiment.resume()));
          failures = runner.failures();
        }
      }
      watched.ended("The run has ended.", "report: " + folder.report());
      MetricTable.print(metrics, console.out());
    }
    console.result("");
    console.result("report: " + folder.report());
    return console.outcome(failures);
  }
}
