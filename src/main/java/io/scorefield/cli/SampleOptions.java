package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.AskedFor;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that say which samples of a checkpoint are wanted, on one machine and on many.
public final class SampleOptions {
  /// What they ask for.
  ///
  /// @param settings the configuration that is sampled with
  /// @param method plain, classifier, or the name of a guidance of the settings
  /// @param perSample whether every sample chooses its steps
  /// @param matter which crystals, conformers or molecules; mostly empty
  /// @param classifier of the method classifier
  public record Asked(
      ExperimentConfig settings, String method, boolean perSample, Optional<AskedFor> matter, Optional<Classifier> classifier) {}

  /// @param file of a classifier
  /// @param name of the class that it guides to
  /// @param weight of its guidance, at least 0
  public record Classifier(Path file, String name, double weight) {}

  @Spec(Spec.Target.MIXEE) private CommandSpec spec;

  @Option(
      names = {"-n", "--count"},
      converter = CountConverter.class,
      paramLabel = "N",
      required = true,
      description = "How many samples, at least 1.")
  private long count;

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

  @Mixin private MatterOptions matter;
  @Mixin private ClassifierOptions classifier;

  /// How many samples.
  public long count() {
    return count;
  }

  /// The number of the first of them.
  public long first() {
    return first;
  }

  /// The seed that was given, or that of the training.
  public long seed(ExperimentConfig settings) {
    return seed == null ? settings.seed() : seed;
  }

  /// Refuses numbers that no checkpoint has samples of.
  public void check() {
    if (count < 1 || first < 0 || first + count < 0 || (seed != null && seed < 0)) {
      throw wrong("-n must be at least 1; --first and --seed must not be negative");
    }
    if (weight != null && !method.equals(RunFolder.PLAIN)) {
      throw wrong("--condition-weight is a method of its own: leave --method out");
    }
    boolean plain = weight == null && method.equals(RunFolder.PLAIN);
    if (classifier.given() && (!plain || perSample)) {
      throw wrong("--classifier is a method of its own: leave --method, --condition-weight and --per-sample out");
    }
    if (perSample && !plain) {
      throw wrong("--per-sample makes plain samples: leave --method and --condition-weight out");
    }
    if (matter.given() > 1) {
      throw wrong("--formula, --smiles and --atoms are for different models: give one of them");
    }
  }

  /// What they ask for of a checkpoint.
  ///
  /// @throws ConfigException where its weights do not allow it
  public Asked of(Checkpoint.Stored stored) throws IOException {
    check();
    ClassifierFile.requireModel(stored);
    ExperimentConfig settings = SampleSettings.of(stored, Optional.ofNullable(config), changes(stored));
    String asked = classifier.given() ? ClassifierOptions.METHOD : weight != null ? "classifier-free" : method;
    return new Asked(settings, asked, perSample, matter.asked(), classifier.asked());
  }

  private List<String> changes(Checkpoint.Stored stored) throws IOException {
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
      changes.add("guidance=[{kind: classifier-free, weight: " + weight + "}]");
    }
    return changes;
  }

  /// A map as YAML has it on one line.
  private static String flow(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
