package io.scorefield.cli;

import io.scorefield.experiment.model.LinearStack;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.io.AtomicFile;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Weights that were trained elsewhere.
@Command(
    name = "import",
    description = {
      "Makes a checkpoint of the weights of a PyTorch network, a stack of nn.Linear in a safetensors file.",
      "The experiment says what the network is for: its data, schedule, prediction, time features and activation. The checkpoint can "
          + "be sampled and exported, and a new training can start from it (docs/tools.md)."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "", "Example: scorefield import net.safetensors --config mine.yaml --out imported.safetensors",
      "Example: scorefield import net.safetensors --config circle --set network.hidden=64 --out imported.safetensors"
    })
final class ImportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "FILE", description = "A .safetensors file with tensors such as net.0.weight and net.0.bias.")
  private Path file;

  @Option(
      names = "--config",
      paramLabel = "EXPERIMENT",
      required = true,
      completionCandidates = Experiments.class,
      description = "What the network is for: " + Experiments.HELP + ".")
  private String experiment;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change one key of the experiment, such as network.hidden=64; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .safetensors file to write.")
  private Path out;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  ImportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    ExperimentSource source = ExperimentSource.read(experiment);
    for (String change : set) {
      source = source.with(change);
    }
    ExperimentConfig config = source.bind();
    AtomicFile.require(out);
    Model model = Model.of(config, config.data().load(config.seed()));
    Network network = LinearStack.read(file, model);
    Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model));
    metadata.put("imported-from", String.valueOf(file.getFileName()));
    Checkpoint.writeWeights(out, metadata, network, 0, model.parts());
    console.line(
        model.architecture() + ", " + network.parameters().length + " parameters, for data of "
            + String.join(", ", model.components()));
    console.result("checkpoint: " + out);
    return CommandLineRunner.OK;
  }
}
