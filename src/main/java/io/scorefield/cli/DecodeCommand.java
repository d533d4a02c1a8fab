package io.scorefield.cli;

import io.scorefield.data.Conditions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// From latent codes to points.
@Command(
    name = "decode",
    description = {
      "Writes the points of latent codes: where the probability flow of a model takes them. Decoding undoes 'encode'.",
      "Codes are rows of standard normal numbers, as many as the state has coordinates, and behind them the conditions that the "
          + "network is told, if any: other conditions make another point of the same code."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield decode runs/half-moons/checkpoint.safetensors --codes codes.csv --out points.csv"})
final class DecodeCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--codes", paramLabel = "FILE", required = true, description = "The codes, a .npy, .npz, .csv, .parquet or .h5 file.")
  private Path codes;

  @Mixin private CodeArguments arguments;

  DecodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    arguments.run(
        console, told -> told.codes(codes),
        (latent, engine, model, rows) -> {
          int conditions = model.model().diffuser().scaling().frame().conditions();
          int wide = latent.coordinates() + conditions;
          return latent.decode(
              engine, model.network(), Conditions.without(rows, wide, conditions), Conditions.alone(rows, wide, conditions));
        },
        model -> model.model().layout(), "points");
    return CommandLineRunner.OK;
  }
}
