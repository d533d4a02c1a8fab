package io.scorefield.experiment.config;

/// A part of the configuration with rules beyond the ranges of single keys.
interface Checked {
  /// @throws IllegalArgumentException when the values do not go together, saying why
  void check();
}
