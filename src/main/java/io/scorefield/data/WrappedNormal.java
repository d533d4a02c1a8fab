package io.scorefield.data;

/// The normal distribution on a circle of length 1: what x = x_0 + sigma eps is modulo 1, with density
/// p(x) = sum_n exp(-(x + n)^2 / 2 sigma^2) / (sigma sqrt(2 pi)).
///
/// Two series say the same. The sum over images n is short for small sigma, the Fourier series
/// p(x) = 1 + 2 sum_k exp(-2 pi^2 k^2 sigma^2) cos(2 pi k x) for large sigma.
///
/// @param sigma above 0
public record WrappedNormal(double sigma) {
  /// From here on the Fourier series is the shorter one.
  private static final double SWITCH = 0.4;

  /// Terms smaller than exp(-that) are left out.
  private static final double NEGLIGIBLE = 40;

  public WrappedNormal {
    if (!(sigma > 0) || Double.isInfinite(sigma)) {
      throw new IllegalArgumentException("the width of a wrapped normal distribution is " + sigma + "; it must be positive");
    }
  }

  /// p(x), by the shorter series.
  public double density(double x) {
    return sigma < SWITCH ? densityByImages(x) : densityByFourier(x);
  }

  /// ln p(x); it does not underflow.
  public double logDensity(double x) {
    if (sigma >= SWITCH) {
      return Math.log(densityByFourier(x));
    }
    double near = x - Math.rint(x);
    double weights = 1;
    if (!alone(near)) {
      weights = 0;
      for (int n = -images(); n <= images(); n++) {
        weights += Math.exp(-n * (2 * near + n) / (2 * sigma * sigma));
      }
    }
    return Math.log(weights / (sigma * Math.sqrt(2 * Math.PI))) - near * near / (2 * sigma * sigma);
  }

  /// d ln p / dx, by the shorter series.
  public double score(double x) {
    return sigma < SWITCH ? scoreByImages(x) : scoreByFourier(x);
  }

  /// The mean of eps over all that leads to x = sigma eps modulo 1; it is -sigma times the score.
  public double meanNoise(double x) {
    return -sigma * score(x);
  }

  /// p(x) as the sum over images.
  public double densityByImages(double x) {
    double near = x - Math.rint(x);
    double sum = 0;
    int most = images();
    for (int n = -most; n <= most; n++) {
      double z = (near + n) / sigma;
      sum += Math.exp(-z * z / 2);
    }
    return sum / (sigma * Math.sqrt(2 * Math.PI));
  }

  /// The score as the sum over images; weights are taken relative to the nearest, so that none of it underflows.
  public double scoreByImages(double x) {
    double near = x - Math.rint(x);
    if (alone(near)) {
      return -near / (sigma * sigma);
    }
    double sum = 0;
    double weights = 0;
    int most = images();
    for (int n = -most; n <= most; n++) {
      double moved = near + n;
      double weight = Math.exp((near * near - moved * moved) / (2 * sigma * sigma));
      weights += weight;
      sum -= weight * moved;
    }
    return sum / weights / (sigma * sigma);
  }

  /// p(x) as a Fourier series.
  public double densityByFourier(double x) {
    double sum = 1;
    for (int k = 1; k <= frequencies(); k++) {
      sum += 2 * amplitude(k) * Math.cos(2 * Math.PI * k * x);
    }
    return sum;
  }

  /// The score by Fourier series.
  public double scoreByFourier(double x) {
    double slope = 0;
    for (int k = 1; k <= frequencies(); k++) {
      slope -= 4 * Math.PI * k * amplitude(k) * Math.sin(2 * Math.PI * k * x);
    }
    return slope / densityByFourier(x);
  }

  /// E[meanNoise^2], 1 for small sigma and 0 for large: how much is left of the noise that one may know.
  public double meanSquaredNoise() {
    if (sigma < 0.05) {
      return 1; // less exp(-50)
    }
    // The trapezoidal rule over a period converges faster than any power.
    int points = Math.max(48, (int) Math.ceil(8 / sigma));
    double sum = 0;
    for (int i = 0; i < points; i++) {
      double x = (i + 0.5) / points - 0.5;
      double noise = meanNoise(x);
      sum += density(x) * noise * noise;
    }
    return sum / points;
  }

  /// Whether the next image weighs nothing beside the nearest.
  private boolean alone(double near) {
    return 1 - 2 * Math.abs(near) > 2 * NEGLIGIBLE * sigma * sigma;
  }

  /// Image n weighs at most exp(-(n^2 - n) / 2 sigma^2) of the nearest.
  private int images() {
    return (int) Math.ceil(0.5 + Math.sqrt(0.25 + 2 * NEGLIGIBLE * sigma * sigma)) - 1;
  }

  private int frequencies() {
    return 1 + (int) Math.ceil(Math.sqrt(NEGLIGIBLE / 2) / (Math.PI * sigma));
  }

  private double amplitude(int k) {
    double angle = Math.PI * k * sigma;
    return Math.exp(-2 * angle * angle);
  }
}
