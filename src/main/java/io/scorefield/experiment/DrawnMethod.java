package io.scorefield.experiment;

import io.scorefield.diffusion.ClassifierFree;
import io.scorefield.diffusion.ConditionedLaw;
import io.scorefield.diffusion.Guidance;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.GuidanceConfig;
import io.scorefield.io.Rounded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A way to sample a model, whose guidance can be made stronger and weaker.
///
/// The strength s multiplies the pull of the guidance: the size of its step, or the weight of its score. A Gaussian
/// likelihood of variance v has its score multiplied by s when v is divided by s. At 1 it is what the configuration says.
///
/// @param name of the method, "plain" for none
/// @param config empty for plain samples
public record DrawnMethod(String name, Optional<GuidanceConfig> config) {
  /// Plain samples, and the methods of a model's configuration.
  public static List<DrawnMethod> of(Model model) {
    List<DrawnMethod> methods = new ArrayList<>();
    methods.add(new DrawnMethod(RunFolder.PLAIN, Optional.empty()));
    model.config().guidance().forEach(config -> methods.add(new DrawnMethod(config.name(), Optional.of(config))));
    boolean free = methods.stream().anyMatch(method -> method.config.orElse(null) instanceof GuidanceConfig.ClassifierFreeConfig);
    if (!free && !model.told().isEmpty() && model.config().objective().dropCondition() > 0) {
      methods.add(
          new DrawnMethod(
              "classifier-free", Optional.of(new GuidanceConfig.ClassifierFreeConfig("classifier-free", 1, ""))));
    }
    return methods;
  }

  /// Whether samples can be drawn under it: a condition or a measurement may be missing.
  public boolean isReady(Model model) {
    return config.isEmpty()
        || (config.get() instanceof GuidanceConfig.ClassifierFreeConfig
            ? model.asked().isPresent()
            : model.constraint().isPresent() || !model.config().inverse().measured().isEmpty());
  }

  /// Whether its strength can be changed.
  public boolean isAdjustable() {
    return config.isPresent() && !(config.get() instanceof GuidanceConfig.ProjectionConfig);
  }

  /// Its settings at a strength, in words; empty for plain samples.
  public String settings(Model model, double strength) {
    return settings(guidance(model, strength));
  }

  private static String settings(Guidance guidance) {
    return switch (guidance) {
      case Guidance.Literal literal -> "step " + Rounded.number(literal.step());
      case Guidance.Dps dps -> "zeta " + Rounded.number(dps.zeta());
      case Guidance.Likelihood likelihood ->
          "sigma-y " + Rounded.number(likelihood.sigmaY()) + ", gamma " + Rounded.number(likelihood.gamma());
      case Guidance.Posterior posterior -> "sigma-y " + Rounded.number(posterior.sigmaY());
      case ClassifierFree free -> "weight " + Rounded.number(free.w());
      case ConditionedLaw both -> settings(both.free()) + ", " + settings(both.law());
      default -> "";
    };
  }

  /// The guidance of the given strength.
  ///
  /// @param strength 0 or more; 0 is no guidance
  public Guidance guidance(Model model, double strength) {
    if (config.isEmpty() || (strength == 0 && !(config.get() instanceof GuidanceConfig.ClassifierFreeConfig))) {
      return model.plain();
    }
    return scaled(config.get().guidance(model.config().inverse(), model.config().guidance()), strength);
  }

  private static Guidance scaled(Guidance guidance, double s) {
    return switch (guidance) {
      case Guidance.Literal literal -> new Guidance.Literal(s * literal.step(), literal.at());
      case Guidance.Dps dps -> new Guidance.Dps(s * dps.zeta());
      case Guidance.Likelihood likelihood ->
          new Guidance.Likelihood(likelihood.sigmaY() / Math.sqrt(s), likelihood.gamma() / s, likelihood.iterations());
      case Guidance.Posterior posterior -> new Guidance.Posterior(posterior.sigmaY() / Math.sqrt(s), posterior.iterations());
      case ClassifierFree free -> new ClassifierFree(Math.max(-1, s * free.w()));
      case ConditionedLaw both when s > 0 -> new ConditionedLaw(both.free(), scaled(both.law(), s));
      case ConditionedLaw both -> both.free();
      default -> guidance;
    };
  }
}
