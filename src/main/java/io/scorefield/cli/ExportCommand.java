package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.OnnxExport;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.network.Network;
import io.scorefield.onnx.OnnxModel;
import io.scorefield.onnx.UnrolledSampler;
import io.scorefield.report.Provenance;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// A checkpoint in other forms: the part that sampling needs, and files that other programs run.
@Command(
    name = "export",
    description = {
      "Writes a checkpoint in other forms.",
      "With --out: its weights and configuration, a quarter of the size. That can be sampled, and a new training can start from "
          + "it; a training cannot be resumed from it.",
      "With --onnx and --onnx-sampler: ONNX files, which other programs run without this one (docs/tools.md)."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield export runs/circle/checkpoint.safetensors --out circle.safetensors",
      "Example: scorefield export runs/circle/checkpoint.safetensors --onnx circle.onnx",
      "Example: scorefield export CHECKPOINT --onnx-sampler fast.onnx --sampler ddim --steps 20"
    })
final class ExportCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The .safetensors file to write.")
  private Path out;

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      description = "An ONNX file with the network alone: from a noisy point and its noise level to the estimate of the data.")
  private Path onnx;

  @Option(
      names = "--onnx-sampler",
      paramLabel = "FILE",
      description = "An ONNX file with the whole sampler, for few steps: from noise to samples.")
  private Path onnxSampler;

  @Option(
      names = "--sampler",
      paramLabel = "KIND",
      description = "For --onnx-sampler: another sampler than that of the training; the same as --set sampler.kind=KIND.")
  private String sampler;

  @Option(
      names = "--steps",
      converter = CountConverter.class,
      paramLabel = "N",
      description = "For --onnx-sampler: its number of steps; the same as --set sampler.steps=N.")
  private Long steps;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = RunFolder.PLAIN,
      description = "For --onnx-sampler: plain, or a classifier-free guidance of the configuration (default: ${DEFAULT-VALUE}).")
  private String method;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "For --onnx-sampler: change a key that the weights do not depend on, such as sampler.steps=20; repeatable.")
  private List<String> set = new ArrayList<>();

  @Mixin private EngineOptions engines;

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (out == null && onnx == null && onnxSampler == null) {
      throw new ParameterException(spec.commandLine(), "what is to be written? give --out, --onnx or --onnx-sampler");
    }
    if (onnxSampler == null && (sampler != null || steps != null || !set.isEmpty() || !method.equals(RunFolder.PLAIN))) {
      throw new ParameterException(spec.commandLine(), "--sampler, --steps, --method and --set are for --onnx-sampler");
    }
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    ClassifierFile.requireModel(stored);
    Model model = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
    Network network = stored.network(model.architecture());
    if (out != null) {
      Checkpoint.writeWeights(out, stored.safetensors().metadata(), network, stored.step(), model.parts());
      console.result("weights: " + out);
    }
    if (onnx != null) {
      OnnxModel file = new OnnxExport(model, network).denoiser();
      write(file, onnx, stored, Map.of());
      console.result("network as ONNX: " + onnx);
    }
    if (onnxSampler != null) {
      UnrolledSampler file = new OnnxExport(settled(stored, network), network).sampler(method);
      write(file.model(), onnxSampler, stored, OnnxExport.metadata(file));
      console.result("sampler as ONNX: " + onnxSampler + ", with " + file.evaluations() + " evaluations of the network");
    }
    return CommandLineRunner.OK;
  }

  /// The model to sample with, whose noise levels are chosen where they follow from the network.
  private Model settled(Checkpoint.Stored stored, Network network) throws IOException {
    List<String> changes = new ArrayList<>();
    if (sampler != null) {
      changes.add("sampler.kind=" + sampler);
    }
    if (steps != null) {
      changes.add("sampler.steps=" + steps);
    }
    changes.addAll(set);
    ExperimentConfig settings = SampleSettings.of(stored, Optional.empty(), changes);
    Model model = ModelFile.readPlain(stored, settings);
    if (!settings.sampler().isOpen()) {
      return model;
    }
    try (Engine engine = engines.open(console)) {
      return model.settled(engine, network, console::line);
    }
  }

  private static void write(OnnxModel file, Path to, Checkpoint.Stored stored, Map<String, String> more)
      throws IOException {
    Provenance provenance = new Provenance();
    Map<String, String> metadata = new LinkedHashMap<>(stored.safetensors().metadata());
    metadata.put("commit", provenance.commit());
    metadata.putAll(more);
    file.write(to, provenance.version(), metadata);
  }
}
