package io.scorefield.schedule;

/// The variance-preserving SDE dx = -1/2 beta(t) x dt + sqrt(beta(t)) dW with
/// beta(t) = betaMin + t (betaMax - betaMin).
///
/// The integral of beta is closed: B(t) = betaMin t + (betaMax - betaMin) t^2 / 2, so that
/// alpha = exp(-B/2) and sigma^2 = 1 - exp(-B).
///
/// Source: Song et al. 2021 (arXiv 2011.13456), equations 11 and 33; the drift has a minus sign.
///
/// @param start the smallest t that is trained on and sampled at, in (0, 1)
/// @param minSigma sigma is never taken smaller than this, so sigma(0) = minSigma
public record VariancePreserving(double betaMin, double betaMax, double start, double minSigma)
    implements ContinuousSchedule {
  public VariancePreserving {
    if (!(betaMin >= 0) || !(betaMax > 0) || betaMax < betaMin || Double.isInfinite(betaMax)) {
      throw new IllegalArgumentException(
          "beta must rise from beta-min >= 0 to beta-max > 0; got " + betaMin + " to " + betaMax);
    }
    if (!(start > 0 && start < 1)) {
      throw new IllegalArgumentException("the smallest time is " + start + "; it must be in (0, 1)");
    }
    if (!(minSigma >= 0 && minSigma < 1)) {
      throw new IllegalArgumentException("min-sigma is " + minSigma + "; it must be in [0, 1)");
    }
  }

  public double beta(double t) {
    return betaMin + t * (betaMax - betaMin);
  }

  /// The integral of beta from 0 to t.
  public double betaIntegral(double t) {
    return betaMin * t + 0.5 * (betaMax - betaMin) * t * t;
  }

  @Override
  public double alpha(double t) {
    return Math.exp(-0.5 * betaIntegral(t));
  }

  @Override
  public double sigma(double t) {
    // 1 - exp(-B) without cancellation at small t.
    return Math.max(minSigma, Math.sqrt(-Math.expm1(-betaIntegral(t))));
  }

  @Override
  public double alphaRate(double t) {
    return drift(t) * alpha(t);
  }

  @Override
  public double sigmaRate(double t) {
    return 0.5 * beta(t) * Math.exp(-betaIntegral(t)) / sigma(t);
  }

  @Override
  public double timeWithin(double logSnr) {
    // B = ln(1 + sigma^2/alpha^2), and t is the root of B = betaMin t + (betaMax - betaMin) t^2 / 2 without cancellation.
    double integral = logSnr < 0 ? -logSnr + Math.log1p(Math.exp(logSnr)) : Math.log1p(Math.exp(-logSnr));
    return 2 * integral / (betaMin + Math.sqrt(betaMin * betaMin + 2 * (betaMax - betaMin) * integral));
  }

  @Override
  public double drift(double t) {
    return -0.5 * beta(t);
  }

  @Override
  public double diffusionSquared(double t) {
    return beta(t);
  }

  @Override
  public double priorScale() {
    return 1;
  }
}
