package io.scorefield.schedule;

/// One noise level: x_t = alpha x_0 + sigma eps.
public record NoiseLevel(double alpha, double sigma) {
  /// The data themselves.
  public static final NoiseLevel DATA = new NoiseLevel(1, 0);
}
