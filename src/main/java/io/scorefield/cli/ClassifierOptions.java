package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.ClassifierSamples;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Samples of a class by a classifier beside a network that knows none.
final class ClassifierOptions {
  /// The method's name in messages.
  static final String METHOD = ClassifierSamples.METHOD;

  @Option(
      names = "--classifier",
      paramLabel = "FILE",
      description = "Classifier guidance: a file of 'scorefield classifier' that was trained for this checkpoint; with --class.")
  private Path file;

  @Option(names = "--class", paramLabel = "NAME", description = "The class that the classifier guides to, such as upper.")
  private String name;

  @Option(
      names = "--classifier-weight",
      paramLabel = "G",
      description = "Its weight gamma, at least 0: 0 is the model without it, 1 the class itself (default: 1).")
  private Double weight;

  /// Whether a classifier is to guide.
  ///
  /// @throws ConfigException when one of the options is missing
  boolean given() {
    if (file == null && (name != null || weight != null)) {
      throw new ConfigException("--class and --classifier-weight need --classifier FILE, which 'scorefield classifier' makes");
    }
    if (file != null && name == null) {
      throw new ConfigException("--classifier needs --class NAME, the class to guide to");
    }
    return file != null;
  }

  /// What is asked of a classifier; empty where none is to guide.
  Optional<SampleOptions.Classifier> asked() {
    return given() ? Optional.of(new SampleOptions.Classifier(file, name, weight == null ? 1 : weight)) : Optional.empty();
  }
}
