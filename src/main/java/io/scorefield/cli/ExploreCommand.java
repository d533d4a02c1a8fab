package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.live.Explorer;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Samples of a checkpoint on a page with sliders.
@Command(
    name = "explore",
    description = {
      "Serves a page on this machine that draws samples of a checkpoint while you move sliders: the strength of guidance, "
          + "the number of steps, the sampler, the seed.",
      "Prints the address of the page; Ctrl-C or a button on the page ends it."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield explore runs/circle/checkpoint.safetensors"})
final class ExploreCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(
      names = "--port",
      converter = CountConverter.Small.class,
      paramLabel = "PORT",
      description = "The port of the page, 1 to 65535 (default: any that is free).")
  private Integer port;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Change a key that the weights do not depend on, such as guidance, physics or inverse.measured=y.npy; repeatable.")
  private List<String> set = new ArrayList<>();

  @Mixin private EngineOptions engines;

  ExploreCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    int given = LiveOptions.port(port, "--port");
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    ClassifierFile.requireModel(stored);
    try (Engine engine = engines.open(console);
        Explorer explorer = new Explorer(stored, set, engine, console, given, console::requestStop)) {
      console.line("live: " + explorer.url());
      console.keeps("the page ends; the checkpoint is as it was", () -> {});
      explorer.serve();
    }
    return CommandLineRunner.OK;
  }
}
