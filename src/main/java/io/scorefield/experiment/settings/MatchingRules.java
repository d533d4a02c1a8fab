package io.scorefield.experiment.settings;

import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import java.util.Locale;

/// What an objective that is not compared with noise cannot be put together with.
final class MatchingRules {
  private MatchingRules() {}

  /// @throws IllegalArgumentException for what does not go together, with the reason
  static void check(ExperimentConfig config) {
    Objective.Matching matching = config.objective().matching();
    if (matching == Objective.Matching.DENOISING) {
      return;
    }
    String name = matching.name().toLowerCase(Locale.ROOT) + " score matching";
    if (config.objective().coupling() != Objective.Coupling.INDEPENDENT) {
      throw new IllegalArgumentException(
          name + " finds the score of data with independent noise; with paired noise x_t has another density, whose flow is no "
              + "function of its score. Set objective.coupling: independent");
    }
    if (config.objective().physics().estimate() != Objective.Estimate.NONE) {
      throw new IllegalArgumentException(
          name + " has the objective of the training to itself; set objective.physics.estimate: none, or objective.matching: "
              + "denoising");
    }
    if (matching == Objective.Matching.DISTANCES) {
      if (config.objective().predict() != Parameterization.EPS && config.objective().predict() != Parameterization.SCORE) {
        throw new IllegalArgumentException(
            "objective.matching: distances: the chain rule carries noise and scores to positions, and nothing else; set "
                + "objective.predict: eps or score");
      }
    } else if (config.data().unnamedConditions() > 0 || !config.data().told().isEmpty()) {
      throw new IllegalArgumentException(
          name + " is of the score in all components, and a conditional model has none in its conditions; set "
              + "objective.matching: denoising");
    }
    if (config.train().isNone()) {
      throw new IllegalArgumentException(name + " has no part in a training without steps; set train.steps or train.epochs");
    }
  }
}
