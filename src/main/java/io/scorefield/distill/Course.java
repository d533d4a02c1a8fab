package io.scorefield.distill;

import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingState;
import io.scorefield.network.Network;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import io.scorefield.watch.Meter;

/// A student's training: in terms, each with examples of its own.
final class Course {
  /// Optimiser steps between two looks at whether to stop.
  private static final int STRIDE = 100;

  private final Engine engine;
  private final Meter meter;

  /// @param meter counts optimiser steps
  Course(Engine engine, Meter meter) {
    this.engine = engine;
    this.meter = meter;
  }

  /// Makes the examples of a term.
  @FunctionalInterface
  interface Term {
    /// @param number 0, 1, ...
    /// @param student as it is at the start of the term: the average of its weights
    TrainingPlan plan(int number, Network student);
  }

  /// Trains through all terms.
  ///
  /// @param options of the whole
  Network of(Network beginner, TrainingOptions options, int terms, Term term) {
    TrainingState state = TrainingState.start(beginner);
    Network average = beginner;
    for (int i = 0; i < terms; i++) {
      long end = options.steps() * (i + 1) / terms;
      if (state.step() == end) {
        continue;
      }
      try (Trainer trainer = new Trainer(engine, term.plan(i, average), options, state)) {
        while (trainer.step() < end) {
          int steps = (int) Math.min(STRIDE, end - trainer.step());
          trainer.advance(steps);
          meter.step(steps);
        }
        state = trainer.state();
        average = trainer.network();
      }
    }
    return average;
  }
}
