package io.scorefield.diffusion;

/// What the network's output o stands for. All choices are linear in x and o, so that every sampler
/// and objective is a table of coefficients.
///
/// With x = alpha x_0 + sigma eps the conversions are x0hat = (x - sigma eps)/alpha,
/// score = -eps/sigma, v = alpha eps - sigma x_0.
public enum Parameterization {
  /// o estimates eps (Ho et al. 2020).
  EPS {
    @Override
    public Coefficients at(double alpha, double sigma) {
      return new Coefficients(1 / alpha, -sigma / alpha, 0, 1, 0, 1);
    }
  },
  /// o estimates the score, -eps/sigma (Song et al. 2021).
  SCORE {
    @Override
    public Coefficients at(double alpha, double sigma) {
      return new Coefficients(1 / alpha, sigma * sigma / alpha, 0, -sigma, 0, -1 / sigma);
    }
  },
  /// o estimates x_0.
  X0 {
    @Override
    public Coefficients at(double alpha, double sigma) {
      return new Coefficients(0, 1, 1 / sigma, -alpha / sigma, 1, 0);
    }
  },
  /// o estimates v = alpha eps - sigma x_0 (Salimans and Ho 2022).
  V {
    @Override
    public Coefficients at(double alpha, double sigma) {
      double square = alpha * alpha + sigma * sigma;
      return new Coefficients(
          alpha / square, -sigma / square, sigma / square, alpha / square, -sigma, alpha);
    }
  };

  /// Conversions at one noise level: x0hat = x0FromX x + x0FromOutput o,
  /// eps = epsFromX x + epsFromOutput o, and o's target = targetX0 x_0 + targetEps eps.
  public record Coefficients(
      double x0FromX,
      double x0FromOutput,
      double epsFromX,
      double epsFromOutput,
      double targetX0,
      double targetEps) {

    /// x0hat of one component.
    public double x0hat(double x, double output) {
      return x0FromX * x + x0FromOutput * output;
    }

    /// The estimate of eps of one component.
    public double eps(double x, double output) {
      return epsFromX * x + epsFromOutput * output;
    }

    /// The output that stands for an estimate of eps.
    public double outputOfEps(double eps, double x) {
      return (eps - epsFromX * x) / epsFromOutput;
    }

    /// d o / d score at fixed x: by how much o changes when the score changes by 1.
    public double outputPerScore(double sigma) {
      return -sigma / epsFromOutput;
    }
  }

  /// The coefficients where alpha and sigma are positive.
  public abstract Coefficients at(double alpha, double sigma);
}
