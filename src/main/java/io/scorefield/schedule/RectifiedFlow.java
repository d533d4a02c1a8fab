package io.scorefield.schedule;

/// Straight lines from data to noise: alpha = 1 - t, sigma = t.
///
/// At t = 1 nothing is left of the data. The probability flow is finite there, dx/dt = epshat - x0hat; the drift of the SDE
/// with the same marginals is not.
///
/// Source: Liu, Gong and Liu 2023 (arXiv 2209.03003), equation 1; Lipman et al. 2023 (arXiv 2210.02747), example 2. Their time
/// runs from noise to data.
///
/// @param start the smallest t that is trained on and sampled at, above 0
/// @param end the largest, at most 1
public record RectifiedFlow(double start, double end) implements ContinuousSchedule {
  public RectifiedFlow {
    ContinuousSchedule.requireTimes(start, end, 1);
  }

  @Override
  public double alpha(double t) {
    return 1 - t;
  }

  @Override
  public double sigma(double t) {
    return t;
  }

  @Override
  public double alphaRate(double t) {
    return -1;
  }

  @Override
  public double sigmaRate(double t) {
    return 1;
  }

  @Override
  public double timeWithin(double logSnr) {
    return 1 / (1 + Math.exp(logSnr / 2));
  }
}
