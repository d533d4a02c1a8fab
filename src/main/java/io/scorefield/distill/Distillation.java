package io.scorefield.distill;

import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;

/// A way to learn few steps from a teacher's many.
public sealed interface Distillation permits Direct, Progressive, Consistency, Reflow {
  /// A student that samples in so many steps, with one evaluation of its network each.
  ///
  /// @throws IllegalArgumentException when the teacher cannot be learned from in this way, with the reason
  Student of(Teacher teacher, int steps, Schooling schooling);

  /// Counts the optimiser steps of a schooling.
  static Meter meter(Schooling schooling) {
    return Watch.current().meter("distil", schooling.trainingSteps(), "steps");
  }
}
