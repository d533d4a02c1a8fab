package io.scorefield.config;

/// A part of the configuration with rules beyond the ranges of single keys.
public interface Checked {
  /// @throws IllegalArgumentException when the values do not go together, saying why
  void check();
}
