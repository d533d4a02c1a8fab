package io.scorefield.schedule;

/// The sub-variance-preserving SDE: the drift of {@link VariancePreserving} with less noise, sigma = 1 - alpha^2.
///
/// Source: Song et al. 2021 (arXiv 2011.13456), equations 14 and 29: g^2 = beta (1 - exp(-2 B)).
///
/// @param start the smallest t that is trained on and sampled at, in (0, 1)
public record SubVariancePreserving(double betaMin, double betaMax, double start) implements ContinuousSchedule {
  public SubVariancePreserving {
    // The same conditions, with the same words.
    new VariancePreserving(betaMin, betaMax, start, 0);
  }

  private VariancePreserving preserving() {
    return new VariancePreserving(betaMin, betaMax, start, 0);
  }

  @Override
  public double alpha(double t) {
    return preserving().alpha(t);
  }

  @Override
  public double sigma(double t) {
    return -Math.expm1(-preserving().betaIntegral(t));
  }

  @Override
  public double alphaRate(double t) {
    return preserving().alphaRate(t);
  }

  @Override
  public double sigmaRate(double t) {
    return preserving().beta(t) * Math.exp(-preserving().betaIntegral(t));
  }

  @Override
  public double diffusionSquared(double t) {
    return preserving().beta(t) * -Math.expm1(-2 * preserving().betaIntegral(t));
  }

  @Override
  public double priorScale() {
    return 1;
  }
}
