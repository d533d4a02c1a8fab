package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.ClassifierStage;
import io.scorefield.experiment.ClassifierTable;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.io.Rounded;
import io.scorefield.io.AtomicFile;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
    footer = {"", "Example: scorefield classifier runs/half-moons/checkpoint.safetensors --out classifier.safetensors --measure upper"})
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

  @Option(
      names = "--measure",
      paramLabel = "CLASS",
      description = "Then print how samples of this class are over the classifier's weight: the share that looks like the class, "
          + "and the sliced Wasserstein-2 distance to it.")
  private String measured;

  @Option(
      names = "--weights",
      paramLabel = "G",
      split = ",",
      defaultValue = "0,0.5,1,2,4",
      description = "The weights of --measure (default: ${DEFAULT-VALUE}).")
  private List<Double> weights;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Samples of each, 100 to 1000000 (default: ${DEFAULT-VALUE}).")
  private int samples;

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
    require("--samples", samples, 100, 1_000_000);
    require("--seed", seed, 0, Long.MAX_VALUE);
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    AtomicFile.require(out);
    try (Engine engine = engines.open(console)) {
      ClassifierStage.Settings settings = new ClassifierStage.Settings(steps, batch, layers, hidden, seed);
      ClassifierStage stage = new ClassifierStage(engine, stored, settings, console);
      ClassifierFile trained = stage.train();
      trained.write(out, steps);
      console.result("classifier of " + String.join(", ", trained.classes()) + ": " + out);
      if (measured != null) {
        print(stage.table(trained).measure(measured, weights, samples, seed));
      }
    }
    return CommandLineRunner.OK;
  }

  private void print(ClassifierTable.Measured table) {
    String format = "%-8s %18s %12s %22s";
    console.result(String.format(Locale.ROOT, format, "weight", "share in class", "std. error", "sliced Wasserstein-2"));
    for (ClassifierTable.Line line : table.lines()) {
      console.result(
          String.format(
              Locale.ROOT, format, line.weight(), Rounded.value(line.share().value()), Rounded.error(line.share().standardError()),
              Rounded.value(line.distance())));
    }
    console.result(
        String.format(
            Locale.ROOT, format, "truth", Rounded.value(table.lines().getFirst().share().noiseFloor()), "",
            Rounded.value(table.floor())));
  }

  private static void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ConfigException(option + " is " + value + "; it must be from " + least + (most == Long.MAX_VALUE ? "" : " to " + most));
    }
  }
}
