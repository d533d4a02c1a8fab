package io.scorefield.engine;

import io.scorefield.network.Network;
import java.util.List;

/// All that changes during training; with the plan it determines every later step to the bit.
///
/// @param step optimiser steps done so far
/// @param parameters the network's parameters
/// @param average their exponential moving average; equal to the parameters where none is kept
/// @param firstMoment Adam's m
/// @param secondMoment Adam's v
public record TrainingState(
    long step, float[] parameters, float[] average, float[] firstMoment, float[] secondMoment) {
  public TrainingState {
    int n = parameters.length;
    if (average.length != n || firstMoment.length != n || secondMoment.length != n || step < 0) {
      throw new IllegalArgumentException("the parts of a training state do not fit each other");
    }
  }

  /// The state before the first step.
  public static TrainingState start(Network network) {
    float[] parameters = network.parameters();
    return new TrainingState(
        0,
        parameters.clone(),
        parameters.clone(),
        new float[parameters.length],
        new float[parameters.length]);
  }

  /// Whether every number of the state is finite.
  public boolean isFinite() {
    for (float[] part : List.of(parameters, average, firstMoment, secondMoment)) {
      for (float value : part) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  /// A copy that shares no array with this state.
  public TrainingState copy() {
    return new TrainingState(
        step, parameters.clone(), average.clone(), firstMoment.clone(), secondMoment.clone());
  }
}
