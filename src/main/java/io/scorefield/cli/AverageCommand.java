package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.Engine;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.AverageStage;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.Rounded;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Averages of the weights of a finished training by other widths.
@Command(
    name = "average",
    description = {
      "Makes an average of a training's weights of another width than the one it kept, from its snapshots (train.ema-snapshots).",
      "With several widths it measures each by samples, and writes the one whose samples are nearest to the truth."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield average runs/half-moons --width 0.1 --out averaged.safetensors",
      "Example: scorefield average runs/half-moons --width 0.02,0.05,0.1,0.2"
    })
final class AverageCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "The folder of a run with snapshots.")
  private Path run;

  @Option(
      names = "--width",
      paramLabel = "W",
      required = true,
      split = ",",
      description =
          "The deviation of the average's profile, as a share of the training, above 0 and at most 0.2886; several by commas.")
  private List<Double> widths;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The .safetensors file to write: weights that can be sampled, or start a training with --from.")
  private Path out;

  @Mixin private EngineOptions engines;

  AverageCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (widths.size() == 1 && out == null) {
      throw new ConfigException("--out is missing: the file to write the average to");
    }
    AverageStage stage = new AverageStage(run);
    if (out != null) {
      AtomicFile.require(out);
    }
    List<AverageStage.Made> averages = widths.stream().map(stage::of).toList();
    console.line(stage.count() + " snapshots, that of the checkpoint among them");
    AverageStage.Made best = averages.getFirst();
    if (averages.size() > 1) {
      try (Engine engine = engines.open(console)) {
        best = print(stage.measure(engine, averages, console));
      }
    } else {
      console.result(String.format(Locale.ROOT, "profile missed by %.2g of its size", best.miss()));
    }
    if (out != null) {
      stage.write(out, best);
      console.result("average of width " + best.width() + ": " + out);
    }
    return CommandLineRunner.OK;
  }

  /// Prints a line a width; the one of the least distance, or of the least loss where there is no distance.
  private AverageStage.Made print(Map<AverageStage.Made, AverageStage.Quality> measured) {
    String format = "%-8s %22s %12s %14s %14s";
    console.result(
        String.format(
            Locale.ROOT, format, "width", "sliced Wasserstein-2", "std. error", "held-out loss", "profile missed"));
    measured.forEach(
        (made, quality) ->
            console.result(
                String.format(
                    Locale.ROOT, format, made.width(), quality.sliced().map(value -> Rounded.value(value.value())).orElse("-"),
                    quality.sliced().map(value -> Rounded.error(value.standardError())).orElse("-"),
                    quality.heldOut().map(Rounded::value).orElse("-"),
                    String.format(Locale.ROOT, "%.2g", made.miss()))));
    Optional<MetricValue> first = measured.values().iterator().next().sliced();
    first.ifPresent(value -> console.result("noise floor " + Rounded.number(value.noiseFloor())));
    return measured.entrySet().stream()
        .min(
            Comparator.comparingDouble(
                entry ->
                    entry.getValue().sliced().map(MetricValue::value).or(() -> entry.getValue().heldOut()).orElse(Double.NaN)))
        .orElseThrow()
        .getKey();
  }
}
