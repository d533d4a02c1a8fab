package io.scorefield.engine.reference;

/// Which terms of the loss a gradient is of.
enum Term {
  BOTH,
  DATA,
  PHYSICS
}
