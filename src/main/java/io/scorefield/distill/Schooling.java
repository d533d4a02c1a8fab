package io.scorefield.distill;

import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.train.TrainingOptions;

/// How long and on what a student learns.
///
/// @param paths of the teacher that are learned from at a time
/// @param teacherSteps Heun steps of the teacher, at least one for each of the student's
/// @param trainingSteps optimiser steps in all
/// @param batch examples of one of them
/// @param learningRate at the start; it falls as a cosine to 0
/// @param emaDecay of the average of the weights that is kept
/// @param seed of the paths and of the training
public record Schooling(
    int paths, int teacherSteps, long trainingSteps, int batch, double learningRate, double emaDecay, long seed) {
  /// Numbers of one term's examples, data and noise, at most.
  private static final long MOST_NUMBERS = 1L << 26;

  /// Paths of one term, at least, where that many are asked for.
  private static final int FEWEST = 1024;

  /// Draws of a term: no more than give each example a turn.
  ///
  /// @param term counted through all rounds
  /// @param terms in all
  /// @param size numbers of a state
  /// @param levels that a path has
  Draws draws(int term, int terms, int size, int levels) {
    long most = Math.max(1, MOST_NUMBERS / (2L * size * levels));
    long turns = Math.max(FEWEST, Math.ceilDiv(Math.ceilDiv(trainingSteps, terms) * batch, levels - 1L));
    int count = (int) Math.min(Math.min(paths, most), turns);
    return new Draws(seed, (long) term * count, count);
  }

  /// The options of a training of so many steps.
  TrainingOptions options(long steps) {
    AdamOptions adam = new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, emaDecay);
    return new TrainingOptions(
        steps, batch, learningRate, TrainingOptions.Decay.COSINE, adam,
        new Objective(Weighting.NONE, Objective.Reduction.SUM), seed);
  }
}
