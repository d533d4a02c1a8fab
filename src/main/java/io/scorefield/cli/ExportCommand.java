package io.scorefield.cli;

import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The part of a checkpoint that sampling needs.
@Command(
    name = "export",
    description = {
      "Writes the weights of a checkpoint and its configuration to a file of a quarter of the size.",
      "It can be sampled, and a new training can start from it; a training cannot be resumed from it."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield export runs/circle/checkpoint.safetensors --out circle.safetensors"})
final class ExportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .safetensors file to write.")
  private Path out;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Model model = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
    Checkpoint.writeWeights(out, stored.safetensors().metadata(), stored.network(model.architecture()), stored.step(), model.parts());
    console.result("weights: " + out);
    return CommandLineRunner.OK;
  }
}
