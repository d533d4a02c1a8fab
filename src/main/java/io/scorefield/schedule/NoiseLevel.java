package io.scorefield.schedule;

/// One noise level: x_t = alpha x_0 + sigma eps, and how fast it changes with t.
///
/// @param alphaRate d alpha / dt; NaN where the schedule has no time derivatives
/// @param sigmaRate d sigma / dt; likewise
public record NoiseLevel(double alpha, double sigma, double alphaRate, double sigmaRate) {
  /// The data themselves.
  public static final NoiseLevel DATA = new NoiseLevel(1, 0);

  /// A level of a schedule without time derivatives.
  public NoiseLevel(double alpha, double sigma) {
    this(alpha, sigma, Double.NaN, Double.NaN);
  }

  /// Whether the schedule has time derivatives here.
  public boolean hasRates() {
    return !Double.isNaN(alphaRate) && !Double.isNaN(sigmaRate);
  }

  /// ln(alpha^2 / sigma^2), the logarithm of the signal-to-noise ratio; infinite where one of them is 0.
  public double logSnr() {
    return 2 * Math.log(alpha / sigma);
  }
}
