package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.ClassifierGuidance;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.watch.Reporter;

/// Samples of a class by a classifier beside a network that knows none.
public final class ClassifierSamples {
  /// The method's name.
  public static final String METHOD = "classifier";

  private ClassifierSamples() {}

  /// A stage with the method {@link #METHOD}.
  ///
  /// @param name of the class
  /// @param weight gamma, at least 0
  /// @param plain the model's network
  /// @throws ConfigException when the classifier does not fit, or there is no such class or weight
  public static SampleStage stage(
      ClassifierFile classifier, String name, double weight, Engine engine, Model model, Network plain, Reporter reporter) {
    Network guided = classifier.guided(model, plain, name);
    ClassifierGuidance guidance;
    try {
      guidance = new ClassifierGuidance(weight, classifier.model().diffuser());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
    return SampleStage.of(engine, model, guided, reporter, METHOD, guidance);
  }
}
