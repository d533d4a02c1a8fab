package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.ClassifierStage;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Trains a classifier of noisy points for a trained model.
@Command(
    name = "classifier",
    description = {
      "Trains a classifier of noisy points for a model that knows no classes, on the model's data and noise levels.",
      "With it 'sample' makes samples of a class: --classifier FILE --class NAME."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield classifier runs/half-moons/checkpoint.safetensors --out classifier.safetensors"})
final class ClassifierCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "A checkpoint.safetensors, trained without conditions on half-moons or eight-gaussians.")
  private Path checkpoint;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .safetensors file to write.")
  private Path out;

  @Option(
      names = "--steps",
      converter = CountConverter.class,
      paramLabel = "N",
      defaultValue = "10000",
      description = "Training steps, at least 1 (default: ${DEFAULT-VALUE}).")
  private long steps;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "256",
      description = "Examples of a step, at least 1 (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--layers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Hidden layers, 1 to 16 (default: ${DEFAULT-VALUE}).")
  private int layers;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      defaultValue = "128",
      description = "Their width, 1 to 4096 (default: ${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of the training, a whole number >= 0 (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private EngineOptions engines;

  ClassifierCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    require("--steps", steps, 1, Long.MAX_VALUE);
    require("--batch", batch, 1, 1 << 20);
    require("--layers", layers, 1, 16);
    require("--hidden", hidden, 1, 4096);
    require("--seed", seed, 0, Long.MAX_VALUE);
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    try (Engine engine = engines.open(console)) {
      ClassifierStage.Settings settings = new ClassifierStage.Settings(steps, batch, layers, hidden, seed);
      ClassifierFile trained = new ClassifierStage(engine, stored, settings, console).train();
      trained.write(out, steps);
      console.result("classifier of " + String.join(", ", trained.classes()) + ": " + out);
    }
    return CommandLineRunner.OK;
  }

  private static void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ConfigException(option + " is " + value + "; it must be from " + least + (most == Long.MAX_VALUE ? "" : " to " + most));
    }
  }
}
