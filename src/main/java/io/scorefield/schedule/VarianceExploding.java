package io.scorefield.schedule;

/// The variance-exploding SDE dx = sqrt(d sigma^2/dt) dW with geometric noise
/// sigma(t) = sigmaMin (sigmaMax / sigmaMin)^t and alpha = 1.
///
/// Source: Song et al. 2021 (arXiv 2011.13456), equation 9 and appendix C. As there, the marginal's
/// sigma(t) is used as it stands: sigma(0) = sigmaMin is not 0, and x_0 in it are the data.
///
/// @param start the smallest t that is trained on and sampled at, in (0, 1)
public record VarianceExploding(double sigmaMin, double sigmaMax, double start)
    implements ContinuousSchedule {
  public VarianceExploding {
    if (!(sigmaMin > 0) || !(sigmaMax > sigmaMin) || Double.isInfinite(sigmaMax)) {
      throw new IllegalArgumentException(
          "sigma must rise from sigma-min > 0 to sigma-max; got " + sigmaMin + " to " + sigmaMax);
    }
    if (!(start > 0 && start < 1)) {
      throw new IllegalArgumentException("the smallest time is " + start + "; it must be in (0, 1)");
    }
  }

  @Override
  public double alpha(double t) {
    return 1;
  }

  @Override
  public double sigma(double t) {
    return sigmaMin * Math.pow(sigmaMax / sigmaMin, t);
  }

  @Override
  public double alphaRate(double t) {
    return 0;
  }

  @Override
  public double sigmaRate(double t) {
    return sigma(t) * Math.log(sigmaMax / sigmaMin);
  }

  @Override
  public double timeWithin(double logSnr) {
    return (-logSnr / 2 - Math.log(sigmaMin)) / Math.log(sigmaMax / sigmaMin);
  }

  @Override
  public double drift(double t) {
    return 0;
  }

  /// d sigma^2 / dt = 2 sigma^2 ln(sigmaMax / sigmaMin).
  @Override
  public double diffusionSquared(double t) {
    double sigma = sigma(t);
    return 2 * sigma * sigma * Math.log(sigmaMax / sigmaMin);
  }

  @Override
  public double priorScale() {
    return sigmaMax;
  }

  @Override
  public double inputScale(double t) {
    return 1 / Math.hypot(1, sigma(t));
  }
}
