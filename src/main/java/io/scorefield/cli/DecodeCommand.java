package io.scorefield.cli;

import io.scorefield.diffusion.LatentCodes;
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
      "Codes are rows of standard normal numbers, as many as the state has coordinates."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield decode runs/half-moons/checkpoint.safetensors --codes codes.csv --out points.csv"})
final class DecodeCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--codes", paramLabel = "FILE", required = true, description = "The codes, a .npy or .csv file.")
  private Path codes;

  @Mixin private CodeArguments arguments;

  DecodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    arguments.run(console, model -> model.codes(codes), LatentCodes::decode, model -> model.model().layout(), "points");
    return CommandLineRunner.OK;
  }
}
