package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.ClassifierSamples;
import io.scorefield.experiment.OwnStepsStage;
import io.scorefield.experiment.SampleStage;
import io.scorefield.experiment.StructureSamples;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Samples from a checkpoint alone.
@Command(
    name = "sample",
    description = "Samples from a checkpoint; sample i depends on the seed and i alone.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield sample runs/circle/checkpoint.safetensors -n 100000 --out samples.npy",
      "Example: scorefield sample CHECKPOINT -n 1000 --out s.npy --sampler dpm-solver++ --steps 20",
      "Example: scorefield sample CHECKPOINT -n 1000 --out s.npy --condition class=upper --condition-weight 1",
      "Example: scorefield sample CHECKPOINT -n 20 --out shapes.sdf --smiles CCO,C#N"
    })
final class SampleCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .npy, .npz, .csv or .parquet file to write; of molecules also .sdf or .xyz, of crystals .cif.")
  private Path out;

  @Mixin private SampleOptions samples;
  @Mixin private EngineOptions engines;

  SampleCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    samples.check();
    StructureSamples.requireSome(out);
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    SampleOptions.Asked asked = samples.of(stored);
    String method = asked.method();
    boolean noLaws = method.equals(RunFolder.PLAIN) || asked.classifier().isPresent();
    Model model = noLaws ? ModelFile.readPlain(stored, asked.settings()) : ModelFile.read(stored, asked.settings());
    model = asked.matter().isEmpty() ? model : asked.matter().get().of(model);
    boolean structures = StructureSamples.isFor(model, out);
    if (!structures) {
      StructureSamples.requireOther(model, out);
    }
    Network network = stored.network(model.architecture());
    long seed = samples.seed(model.config());
    try (Engine engine = engines.open(console)) {
      if (asked.perSample()) {
        new OwnStepsStage(engine, model, network).write(out, seed, samples.first(), samples.count(), console);
        console.result("samples: " + out);
        return CommandLineRunner.OK;
      }
      model = model.settled(engine, network, console::line);
      SampleStage stage = stage(asked, engine, model, network);
      Set<String> known = stage.methods().keySet();
      if (!known.contains(method)) {
        throw new ConfigException("the experiment has no method '" + method + "'" + Suggestion.of(method, known));
      }
      if (structures) {
        new StructureSamples(stage, model).write(out, method, seed, samples.first(), samples.count());
      } else {
        stage.write(out, method, seed, samples.first(), samples.count());
      }
    }
    console.result("samples: " + out);
    return CommandLineRunner.OK;
  }

  private SampleStage stage(SampleOptions.Asked asked, Engine engine, Model model, Network network) throws IOException {
    if (asked.classifier().isPresent()) {
      SampleOptions.Classifier of = asked.classifier().get();
      return ClassifierSamples.stage(ClassifierFile.read(of.file()), of.name(), of.weight(), engine, model, network, console);
    }
    return asked.method().equals(RunFolder.PLAIN)
        ? new SampleStage(engine, model, network, console)
        : SampleStage.withMeasurements(engine, model, network, console);
  }
}
