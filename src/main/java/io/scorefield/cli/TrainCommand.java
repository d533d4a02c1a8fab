package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.experiment.ExperimentRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.model.Origin;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.report.board.TensorBoard;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Training alone.
@Command(
    name = "train",
    description = "Trains an experiment's network and writes its checkpoint.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield train half-moons --set train.steps=5000 --out /tmp/moons"})
final class TrainCommand implements Callable<Integer> {
  private final Console console;
  @Mixin private ExperimentOptions experiment;
  @Mixin private EngineOptions engines;
  @Mixin private LiveOptions live;

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    ExperimentSource source = experiment.source();
    ExperimentConfig config = source.bind();
    RunFolder folder = experiment.folder(source.name());
    Optional<Origin> origin = experiment.origin();
    live.check();
    try (RunLock _ = RunLock.of(folder, experiment.force());
        Engine engine = engines.open(console);
        Watched watched = Watched.of(live, console, "train", source.name(), engine.info())) {
      try (TensorBoard board = experiment.board().orElse(null)) {
        ExperimentRunner runner =
            new ExperimentRunner(source.name(), config, engine, folder, watched.reporter())
                .from(origin)
                .on(Optional.ofNullable(board))
                .seenBy(watched.training());
        watched.during(
            () -> {
              runner.train(experiment.resume());
              return null;
            });
      }
      watched.ended("The training has ended.", "checkpoint: " + folder.checkpoint());
    }
    console.result("checkpoint: " + folder.checkpoint());
    return CommandLineRunner.OK;
  }
}
