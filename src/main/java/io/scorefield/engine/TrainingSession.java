package io.scorefield.engine;

/// A training in progress on an engine.
public interface TrainingSession extends AutoCloseable {
  /// The losses of consecutive steps.
  ///
  /// @param data the data term of each step, mean over the batch, before the update of the step
  /// @param physics the physics term of each step, mean over the batch
  record Losses(double[] data, double[] physics) {}

  /// Runs learningRates.length optimiser steps.
  ///
  /// Slot j of step k is example e = k B + j: its noise is that of sample e in the training streams,
  /// its data point number examples[...]. Where a loss is not finite as a float32 the call ends with
  /// that step, whose update is not applied; the losses returned then end with it.
  ///
  /// @param examples data point numbers, [steps, B]
  /// @param learningRates one a step
  Losses advance(int[] examples, double[] learningRates);

  /// A copy of the state after the steps done.
  TrainingState state();

  @Override
  void close();
}
