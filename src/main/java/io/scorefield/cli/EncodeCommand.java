package io.scorefield.cli;

import io.scorefield.diffusion.LatentCodes;
import io.scorefield.io.Layout;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// From points to their latent codes.
@Command(
    name = "encode",
    description = {
      "Writes the latent codes of points: where the probability flow of a model takes them, in units of its noise.",
      "The codes of the data are standard normal to the error of the model; 'scorefield decode' undoes it."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield encode runs/half-moons/checkpoint.safetensors --points points.csv --out codes.csv"})
final class EncodeCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--points", paramLabel = "FILE", required = true, description = "The points, a .npy or .csv file.")
  private Path points;

  @Mixin private CodeArguments arguments;

  EncodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    arguments.run(
        console, model -> model.points(points), LatentCodes::encode,
        model -> layout(model.model().diffuser().scaling().coordinates()), "codes");
    return CommandLineRunner.OK;
  }

  /// The columns of codes: z[0], z[1], ...
  static Layout layout(int coordinates) {
    return new Layout(IntStream.range(0, coordinates).mapToObj(d -> "z[" + d + "]").toList(), new double[coordinates]);
  }
}
