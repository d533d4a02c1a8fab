package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.SamplerComparison;
import io.scorefield.experiment.SamplerLineup;
import io.scorefield.experiment.SamplerTable;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Compares samplers on one model.
@Command(
    name = "samplers",
    description = {
      "Samples a model with every sampler and several numbers of network evaluations, and measures how far the samples are "
          + "from the truth.",
      "With --exact the network's place is taken by the exact score: what is wrong then is the sampler's alone."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield samplers runs/half-moons/checkpoint.safetensors --out /tmp/samplers",
      "Example: scorefield samplers --exact eight-gaussians --set schedule='{kind: edm}' --set objective.predict=edm"
    })
final class SamplersCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A checkpoint.safetensors; with --exact an experiment or a YAML file.")
  private String of;

  @Option(names = "--exact", description = "Take the exact score of the experiment's data, which must be Gaussians.")
  private boolean exact;

  @Option(
      names = "--samplers",
      paramLabel = "NAME",
      split = ",",
      description = "The samplers, separated by commas (default: all of the comparison).")
  private List<String> samplers = new ArrayList<>();

  @Option(
      names = "--evaluations",
      paramLabel = "N",
      split = ",",
      converter = CountConverter.Small.class,
      defaultValue = "5,10,20,50,100,1000",
      description = "Network evaluations for one sample, at most (default: ${DEFAULT-VALUE}).")
  private List<Integer> evaluations;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      converter = CountConverter.Small.class,
      defaultValue = "20000",
      description = "Samples of each figure, in ten parts, each against true points of its own (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a key of the experiment, with --exact; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      defaultValue = "samplers",
      description = "Folder of samplers.csv and the picture (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private EngineOptions engines;

  private static final int PARTS = 10;

  SamplersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (count < 100 || evaluations.stream().anyMatch(n -> n < 1 || n > 100_000)) {
      throw new ParameterException(
          spec.commandLine(), "-n must be at least 100, and numbers of evaluations from 1 to 100,000");
    }
    for (String name : samplers) {
      if (!SamplerLineup.NAMES.contains(name)) {
        throw new ConfigException(
            "there is no sampler '" + name + "' in the comparison" + Suggestion.of(name, SamplerLineup.NAMES));
      }
    }
    if (!exact && !set.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--set goes with --exact; the weights of a checkpoint depend on its keys");
    }
    ExperimentOptions.writable(out);
    SamplerTable table = exact ? exact() : trained();
    table.print(console.out());
    table.write(out, "samplers");
    console.result("");
    console.result("table and picture: " + out.resolve("samplers.csv") + ", " + out.resolve("samplers.png"));
    return CommandLineRunner.OK;
  }

  private SamplerComparison.Options options(ExperimentConfig config) {
    return new SamplerComparison.Options(
        samplers, evaluations.stream().sorted().distinct().toList(), PARTS, count / PARTS, config.evaluate().directions());
  }

  private SamplerTable exact() throws Exception {
    ExperimentSource source = ExperimentSource.read(of);
    for (String change : set) {
      source = source.with(change);
    }
    ExperimentConfig config = source.bind();
    DataSet data = config.data().load(config.seed());
    Model model = Model.of(config, data);
    model.requireSpaceOfData("samplers");
    model.requireSharedConditions("samplers");
    return new SamplerTable(
        data.name() + ", exact score", new SamplerComparison(model, source, data, options(config)).exact());
  }

  private SamplerTable trained() throws Exception {
    Checkpoint.Stored stored = Checkpoint.read(Path.of(of));
    ExperimentSource source = ModelFile.source(stored);
    ExperimentConfig config = source.bind();
    Model model = ModelFile.readPlain(stored, config);
    model.requireSpaceOfData("samplers --of");
    model.requireSharedConditions("samplers --of");
    DataSet data = config.data().load(config.seed());
    try (Engine engine = engines.open(console)) {
      return new SamplerTable(
          data.name() + ", trained network",
          new SamplerComparison(model, source, data, options(config))
              .of(engine, stored.network(model.architecture())));
    }
  }
}
