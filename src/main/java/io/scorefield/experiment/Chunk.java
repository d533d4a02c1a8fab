package io.scorefield.experiment;

/// How many optimiser steps are run between two looks at whether to stop: as many as take a short time, of small networks
/// hundreds and of huge batches one.
final class Chunk {
  private static final int MOST_STEPS = 500;

  private static final double SHORTEST = 0.05;
  private static final double LONGEST = 0.2;

  /// From this many seconds on a step is slow: the state before it is worth keeping, should the user not wait for it.
  private static final double SLOW = 0.5;

  private int steps = 1;
  private double secondsPerStep;

  /// Steps to run next.
  int steps() {
    return steps;
  }

  /// Whether a single step takes so long that a stop should not wait for it.
  boolean slow() {
    return secondsPerStep > SLOW;
  }

  /// Notes how long the steps took that were run.
  void took(int run, double seconds) {
    secondsPerStep = seconds / Math.max(1, run);
    if (seconds > LONGEST) {
      steps = (int) Math.clamp(run * LONGEST / seconds, 1, MOST_STEPS);
    } else if (seconds < SHORTEST && run == steps) {
      steps = Math.min(2 * steps, MOST_STEPS);
    }
  }
}
