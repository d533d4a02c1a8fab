package io.scorefield.cli;

import io.scorefield.diffusion.LatentCodes;
import io.scorefield.diffusion.ProbabilityFlow;
import io.scorefield.engine.Engine;
import io.scorefield.io.PointWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// From latent codes to points.
@Command(
    name = "decode",
    description = {
      "Writes the points of latent codes: where the probability flow of a model takes them. Decoding undoes 'encode'.",
      "Codes are rows of standard normal numbers, as many as the state has coordinates."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield decode runs/half-moons/checkpoint.safetensors --codes codes.csv --out points.csv"})
final class DecodeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(names = "--codes", paramLabel = "FILE", required = true, description = "The codes, a .npy or .csv file.")
  private Path codes;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .npy or .csv file of points to write.")
  private Path out;

  @Mixin private FlowOptions flows;
  @Mixin private EngineOptions engines;

  DecodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PointWriter.isCsv(out);
    ProbabilityFlow flow = flows.flow(0);
    TrainedModel trained = TrainedModel.read(checkpoint);
    LatentCodes latent = TrainedModel.orRefuse(() -> new LatentCodes(trained.model().diffuser(), flow));
    float[] given = trained.codes(codes);
    float[] made;
    try (Engine engine = engines.open(console)) {
      made = latent.decode(engine, trained.network(), given);
    }
    TrainedModel.write(out, made, trained.model().layout());
    console.result("points: " + out);
    return CommandLineRunner.OK;
  }
}
