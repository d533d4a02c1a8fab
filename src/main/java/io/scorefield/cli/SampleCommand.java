package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.OwnStepsStage;
import io.scorefield.experiment.SampleStage;
import io.scorefield.experiment.StructureSamples;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.Compositions;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Samples from a checkpoint alone.
@Command(
    name = "sample",
    description = "Samples from a checkpoint; sample i depends on the seed and i alone.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield sample runs/circle/checkpoint.safetensors -n 100000 --out samples.npy",
      "Example: scorefield sample CHECKPOINT -n 1000 --out s.npy --sampler dpm-solver++ --steps 20",
      "Example: scorefield sample CHECKPOINT -n 1000 --out s.npy --condition class=upper --condition-weight 1"
    })
final class SampleCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(
      names = {"-n", "--count"},
      converter = CountConverter.class,
      paramLabel = "N",
      required = true,
      description = "How many samples, at least 1.")
  private long count;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .npy, .npz, .csv or .parquet file to write; of molecules also .sdf or .xyz, of crystals .cif.")
  private Path out;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      description = "Seed, a whole number >= 0 (default: that of the training).")
  private Long seed;

  @Option(
      names = "--first",
      converter = CountConverter.class,
      paramLabel = "I",
      defaultValue = "0",
      description = "Number of the first sample (default: ${DEFAULT-VALUE}).")
  private long first;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "plain",
      description = "plain, or a guidance of the configuration (default: ${DEFAULT-VALUE}).")
  private String method;

  @Option(
      names = "--sampler",
      paramLabel = "KIND",
      description =
          "Another sampler than that of the training: a name of 'scorefield list samplers'; the same as --set sampler.kind=KIND.")
  private String sampler;

  @Option(
      names = "--steps",
      converter = CountConverter.class,
      paramLabel = "N",
      description = "Its number of steps; the same as --set sampler.steps=N.")
  private Long steps;

  @Option(
      names = "--tolerance",
      paramLabel = "TOL",
      description = "Of --sampler adaptive; the same as --set sampler.tolerance=TOL.")
  private String tolerance;

  @Option(
      names = "--per-sample",
      description = "Of --sampler adaptive: every sample chooses its steps, instead of a pilot for all; plain samples only.")
  private boolean perSample;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Temperature of the samples, where the network is told one (default: data.temperature of the training); the same "
              + "as --set data.temperature=T.")
  private String temperature;

  @Option(
      names = "--condition",
      paramLabel = "NAME=VALUE",
      description =
          "What the samples are asked for under, such as class=upper; all conditions of the network, each by an option of its "
              + "own (default: sample.conditions of the training); the same as --set sample.conditions='{NAME: VALUE}'.")
  private Map<String, String> conditions = new LinkedHashMap<>();

  @Option(
      names = "--formula",
      split = ",",
      paramLabel = "FORMULA",
      description =
          "Of crystals: the atoms of a cell, such as SrTiO3; several, with commas, in turn (default: the compositions that the "
              + "training held out).")
  private List<String> formulas = new ArrayList<>();

  @Option(
      names = "--condition-weight",
      paramLabel = "W",
      description =
          "Classifier-free guidance to the conditions: 0 is the conditional model, -1 the one without conditions; takes the "
              + "place of --method.")
  private Double weight;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Change a key that the weights do not depend on, such as sampler.steps=50, sampler.kind=ddim, guidance, physics "
              + "or inverse.measured=y.npy; of a network that is told the temperature also data.temperature and "
              + "sample.annealing='{kind: exponential, start: 2}'; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file whose sections (sampler, guidance, ...) take the place of the checkpoint's.")
  private String config;

  @Mixin private ClassifierOptions classifier;
  @Mixin private EngineOptions engines;

  /// A map as YAML has it on one line.
  private static String flow(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  SampleCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (count < 1 || first < 0 || first + count < 0 || (seed != null && seed < 0)) {
      throw new ParameterException(
          spec.commandLine(), "-n must be at least 1; --first and --seed must not be negative");
    }
    StructureSamples.requireSome(out);
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    ClassifierFile.requireModel(stored);
    List<String> changes = new ArrayList<>();
    if (sampler != null) {
      changes.add("sampler.kind=" + sampler);
    }
    if (steps != null) {
      changes.add("sampler.steps=" + steps);
    }
    if (tolerance != null) {
      changes.add("sampler.tolerance=" + tolerance);
    }
    changes.addAll(set);
    if (temperature != null) {
      if (ModelFile.config(stored, List.of()).data().unnamedConditions() == 0) {
        throw new ConfigException(
            "--temperature " + temperature + ": the network of this checkpoint is not told the temperature; train with "
                + "data.temperatures, for particles");
      }
      changes.add("data.temperature=" + temperature);
    }
    if (!conditions.isEmpty()) {
      changes.add("sample.conditions=" + flow(conditions));
    }
    if (weight != null) {
      if (!method.equals(RunFolder.PLAIN)) {
        throw new ParameterException(spec.commandLine(), "--condition-weight is a method of its own: leave --method out");
      }
      changes.add("guidance=[{kind: classifier-free, weight: " + weight + "}]");
      method = "classifier-free";
    }
    if (classifier.given()) {
      if (!method.equals(RunFolder.PLAIN) || perSample) {
        throw new ParameterException(
            spec.commandLine(), "--classifier is a method of its own: leave --method, --condition-weight and --per-sample out");
      }
      method = ClassifierOptions.METHOD;
    }
    ExperimentConfig settings = SampleSettings.of(stored, Optional.ofNullable(config), changes);
    Model model =
        method.equals(RunFolder.PLAIN) || classifier.given() ? ModelFile.readPlain(stored, settings) : ModelFile.read(stored, settings);
    model = formulas.isEmpty() ? model : Compositions.asked(model, formulas);
    boolean structures = StructureSamples.isFor(model, out);
    if (!structures) {
      StructureSamples.requireOther(model, out);
    }
    Network network = stored.network(model.architecture());
    try (Engine engine = engines.open(console)) {
      if (perSample) {
        if (!method.equals(RunFolder.PLAIN)) {
          throw new ParameterException(spec.commandLine(), "--per-sample makes plain samples: leave --method and --condition-weight out");
        }
        new OwnStepsStage(engine, model, network)
            .write(out, seed == null ? model.config().seed() : seed, first, count, console);
        console.result("samples: " + out);
        return CommandLineRunner.OK;
      }
      model = model.settled(engine, network, console::line);
      SampleStage stage =
          classifier.given() ? classifier.stage(engine, model, network, console) : method.equals(RunFolder.PLAIN)
              ? new SampleStage(engine, model, network, console)
              : SampleStage.withMeasurements(engine, model, network, console);
      Set<String> known = stage.methods().keySet();
      if (!known.contains(method)) {
        throw new ConfigException(
            "the experiment has no method '" + method + "'" + Suggestion.of(method, known));
      }
      long drawn = seed == null ? model.config().seed() : seed;
      if (structures) {
        new StructureSamples(stage, model).write(out, method, drawn, first, count);
      } else {
        stage.write(out, method, drawn, first, count);
      }
    }
    console.result("samples: " + out);
    return CommandLineRunner.OK;
  }
}
