package io.scorefield.train;

import io.scorefield.diffusion.Objective;
import io.scorefield.engine.AdamOptions;

/// How a network is trained.
///
/// @param steps optimiser steps in total
/// @param batch examples of a step
/// @param learningRate before it falls, and after it has risen
/// @param decay how the learning rate falls over the steps
/// @param warmUp steps over which the learning rate rises in a line: step k = 0, 1, ... has (k + 1) / warmUp of it
/// @param decayStart steps before an inverse square root falls; 0: as many as the warm-up has
/// @param adam the optimiser
/// @param objective the loss
/// @param seed of the initial weights, the order of the data, the noise and the noise levels
public record TrainingOptions(
    long steps,
    int batch,
    double learningRate,
    Decay decay,
    long warmUp,
    long decayStart,
    AdamOptions adam,
    Objective objective,
    long seed) {

  /// The course of the learning rate over a training, after its warm-up.
  public enum Decay {
    NONE {
      @Override
      double factor(long k, long start, long steps) {
        return 1;
      }
    },
    /// (1 + cos(pi share)) / 2, with the share of the steps between the warm-up and the end.
    COSINE {
      @Override
      double factor(long k, long start, long steps) {
        return 0.5 * (1 + Math.cos(Math.PI * (k - start) / Math.max(1, steps - start)));
      }
    },
    /// min(1, sqrt(start / k)), which does not know the end: a training that goes on needs no other rate. Source: Vaswani et
    /// al. 2017 (arXiv 1706.03762), equation 3, where start is the warm-up; Karras et al. 2024 (arXiv 2312.02696), equation
    /// 67.
    INVERSE_SQUARE_ROOT {
      @Override
      double factor(long k, long start, long steps) {
        return Math.min(1, Math.sqrt((double) start / Math.max(1, k)));
      }
    };

    /// @param k a step at or after `start`
    /// @param start the step at which the decay begins
    abstract double factor(long k, long start, long steps);
  }

  /// Options without a warm-up.
  public TrainingOptions(
      long steps, int batch, double learningRate, Decay decay, AdamOptions adam, Objective objective, long seed) {
    this(steps, batch, learningRate, decay, 0, 0, adam, objective, seed);
  }

  public TrainingOptions {
    if (steps < 0 || steps > 1_000_000_000_000L) {
      throw new IllegalArgumentException("cannot train for " + steps + " steps");
    }
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate is " + learningRate + "; it must be positive");
    }
    if (warmUp < 0 || decayStart < 0) {
      throw new IllegalArgumentException("a warm-up or a decay cannot have fewer than 0 steps");
    }
    if (decay == Decay.INVERSE_SQUARE_ROOT && warmUp == 0 && decayStart == 0) {
      throw new IllegalArgumentException(
          "an inverse square root falls from a step on, without which its first step has a rate and all others next to "
              + "none; set train.decay-start or train.warm-up");
    }
  }

  /// The learning rate of step k = 0 .. steps - 1.
  public double learningRate(long k) {
    if (k < warmUp) {
      return learningRate * (k + 1.0) / warmUp;
    }
    long start = decay == Decay.INVERSE_SQUARE_ROOT && decayStart > 0 ? decayStart : warmUp;
    return learningRate * decay.factor(k, start, steps);
  }
}
