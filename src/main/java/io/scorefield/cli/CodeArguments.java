package io.scorefield.cli;

import io.scorefield.diffusion.LatentCodes;
import io.scorefield.diffusion.ProbabilityFlow;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.ToldPoints;
import io.scorefield.io.Layout;
import io.scorefield.io.PointWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What both ways between points and latent codes are told, and what they do alike.
final class CodeArguments {
  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .npy, .npz, .csv or .parquet file to write.")
  private Path out;

  @Mixin private ConditionOptions conditions;
  @Mixin private FlowOptions flows;
  @Mixin private EngineOptions engines;

  /// The numbers of a file, with conditions.
  @FunctionalInterface
  interface Given {
    float[] read(ToldPoints told) throws IOException;
  }

  /// One of the two ways.
  @FunctionalInterface
  interface Way {
    float[] go(LatentCodes codes, Engine engine, TrainedModel model, float[] given);
  }

  /// Takes the numbers of a file along a way and writes what comes out.
  ///
  /// @param columns of the file written, for a model
  /// @param what is written
  void run(Console console, Given given, Way way, Function<TrainedModel, Layout> columns, String what) throws IOException {
    PointWriter.requireFormat(out);
    ProbabilityFlow flow = flows.flow(0);
    TrainedModel trained = TrainedModel.read(checkpoint);
    LatentCodes latent = TrainedModel.orRefuse(() -> new LatentCodes(trained.model().diffuser(), flow));
    float[] from = given.read(conditions.points(trained.model()));
    float[] made;
    try (Engine engine = engines.open(console)) {
      made = way.go(latent, engine, trained, from);
    }
    TrainedModel.write(out, made, columns.apply(trained));
    console.result(what + ": " + out);
  }
}
