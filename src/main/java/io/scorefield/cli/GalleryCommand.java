package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.experiment.GalleryRuns;
import io.scorefield.report.Gallery;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The pictures that README shows.
@Command(
    name = "gallery",
    description = {
      "Makes the pictures of the README from the experiments behind them.",
      "An experiment that is complete in --runs is drawn again, not run again."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield gallery --out plots --runs runs/gallery"})
final class GalleryCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      defaultValue = "plots",
      description = "Folder of the pictures (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      defaultValue = "runs/gallery",
      description = "Folder of the runs behind them (default: ${DEFAULT-VALUE}).")
  private Path runs;

  @Mixin private EngineOptions engines;

  GalleryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    ExperimentOptions.writable(out);
    ExperimentOptions.named(runs);
    try (Engine engine = engines.open(console)) {
      Gallery.write(runs, out, new GalleryRuns(engine, console));
    }
    console.result("gallery: " + out);
    return CommandLineRunner.OK;
  }
}
