package io.scorefield.engine.cuda.training;

/// The terms of the loss that a pass is for (`Term` of `model.cuh`, in its order).
enum Term {
  BOTH, DATA, PHYSICS
}
