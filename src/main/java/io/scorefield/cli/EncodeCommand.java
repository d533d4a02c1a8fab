package io.scorefield.cli;

import io.scorefield.diffusion.LatentCodes;
import io.scorefield.diffusion.ProbabilityFlow;
import io.scorefield.engine.Engine;
import io.scorefield.io.Layout;
import io.scorefield.io.PointWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(names = "--points", paramLabel = "FILE", required = true, description = "The points, a .npy or .csv file.")
  private Path points;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .npy or .csv file of codes to write.")
  private Path out;

  @Mixin private FlowOptions flows;
  @Mixin private EngineOptions engines;

  EncodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PointWriter.isCsv(out);
    ProbabilityFlow flow = flows.flow(0);
    TrainedModel trained = TrainedModel.read(checkpoint);
    LatentCodes latent = TrainedModel.orRefuse(() -> new LatentCodes(trained.model().diffuser(), flow));
    float[] given = trained.points(points);
    float[] made;
    try (Engine engine = engines.open(console)) {
      made = latent.encode(engine, trained.network(), given);
    }
    TrainedModel.write(out, made, layout(latent.coordinates()));
    console.result("codes: " + out);
    return CommandLineRunner.OK;
  }

  /// The columns of codes: z[0], z[1], ...
  static Layout layout(int coordinates) {
    return new Layout(IntStream.range(0, coordinates).mapToObj(d -> "z[" + d + "]").toList(), new double[coordinates]);
  }
}
