package io.scorefield.train;

import io.scorefield.diffusion.Objective;
import io.scorefield.engine.AdamOptions;

/// How a network is trained.
///
/// @param steps optimiser steps in total
/// @param batch examples of a step
/// @param learningRate at the start
/// @param decay how the learning rate falls over the steps
/// @param adam the optimiser
/// @param objective the loss
/// @param seed of the initial weights, the order of the data, the noise and the noise levels
public record TrainingOptions(
    long steps,
    int batch,
    double learningRate,
    Decay decay,
    AdamOptions adam,
    Objective objective,
    long seed) {

  /// The course of the learning rate over a training of `steps` steps.
  public enum Decay {
    NONE {
      @Override
      double factor(double share) {
        return 1;
      }
    },
    /// (1 + cos(pi k / steps)) / 2.
    COSINE {
      @Override
      double factor(double share) {
        return 0.5 * (1 + Math.cos(Math.PI * share));
      }
    };

    abstract double factor(double share);
  }

  public TrainingOptions {
    if (steps < 0 || steps > 1_000_000_000_000L) {
      throw new IllegalArgumentException("cannot train for " + steps + " steps");
    }
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate is " + learningRate + "; it must be positive");
    }
  }

  /// The learning rate of step k = 0 .. steps - 1.
  public double learningRate(long k) {
    return learningRate * decay.factor((double) k / steps);
  }
}
