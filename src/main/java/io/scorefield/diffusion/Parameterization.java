package io.scorefield.diffusion;

import io.scorefield.schedule.NoiseLevel;

/// What the network's output o stands for. All choices are linear in x and o, so that every sampler
/// and objective is a table of coefficients.
///
/// With x = alpha x_0 + sigma eps the conversions are x0hat = (x - sigma eps)/alpha,
/// score = -eps/sigma, v = alpha eps - sigma x_0, velocity = alpha' x_0 + sigma' eps. Where alpha is 0, eps and the score do
/// not say what x_0 is; v, x_0, the velocity and EDM's output do.
public enum Parameterization {
  /// o estimates eps (Ho et al. 2020).
  EPS {
    @Override
    public Coefficients at(NoiseLevel level) {
      double alpha = level.alpha();
      double sigma = level.sigma();
      return new Coefficients(1 / alpha, -sigma / alpha, 0, 1, 0, 1);
    }
  },
  /// o estimates the score, -eps/sigma (Song et al. 2021).
  SCORE {
    @Override
    public Coefficients at(NoiseLevel level) {
      double alpha = level.alpha();
      double sigma = level.sigma();
      return new Coefficients(1 / alpha, sigma * sigma / alpha, 0, -sigma, 0, -1 / sigma);
    }
  },
  /// o estimates x_0.
  X0 {
    @Override
    public Coefficients at(NoiseLevel level) {
      double alpha = level.alpha();
      double sigma = level.sigma();
      return new Coefficients(0, 1, 1 / sigma, -alpha / sigma, 1, 0);
    }
  },
  /// o estimates v = alpha eps - sigma x_0 (Salimans and Ho 2022).
  V {
    @Override
    public Coefficients at(NoiseLevel level) {
      double alpha = level.alpha();
      double sigma = level.sigma();
      double square = alpha * alpha + sigma * sigma;
      return new Coefficients(
          alpha / square, -sigma / square, sigma / square, alpha / square, -sigma, alpha);
    }
  },
  /// o estimates the velocity dx/dt of the state on its way from x_0 to eps, which is the slope of the probability flow
  /// (Lipman et al. 2023, arXiv 2210.02747, equation 9; Albergo et al. 2023, arXiv 2303.08797).
  VELOCITY {
    @Override
    public Coefficients at(NoiseLevel level) {
      if (!level.hasRates()) {
        throw new IllegalArgumentException(
            "velocity is a derivative with respect to time, which a schedule in steps does not have; predict v, or take a "
                + "continuous schedule");
      }
      double turn = level.alpha() * level.sigmaRate() - level.alphaRate() * level.sigma();
      return new Coefficients(
          level.sigmaRate() / turn, -level.sigma() / turn, -level.alphaRate() / turn, level.alpha() / turn,
          level.alphaRate(), level.sigmaRate());
    }
  },
  /// o is what EDM's network adds to the best guess that is linear in x, in units of its error:
  /// x0hat = alpha/r^2 x + sigma/r o with r^2 = alpha^2 + sigma^2, for data of deviation 1 (Karras et al. 2022, arXiv
  /// 2206.00364, table 1). The network sees x / r. For alpha = 1 the coefficients are c_skip and c_out, and the weight 1 of
  /// |o - target|^2 is their lambda; for alpha^2 + sigma^2 = 1, o = -v.
  EDM {
    @Override
    public Coefficients at(NoiseLevel level) {
      double square = level.alpha() * level.alpha() + level.sigma() * level.sigma();
      double root = Math.sqrt(square);
      return new Coefficients(
          level.alpha() / square, level.sigma() / root, level.sigma() / square, -level.alpha() / root,
          level.sigma() / root, -level.alpha() / root);
    }

    @Override
    double inputScale(NoiseLevel level, double usual) {
      return 1 / Math.hypot(level.alpha(), level.sigma());
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

    /// The same statement in another prediction at the same level: an output of a network that predicts this, as one of a
    /// network that predicts the other.
    public double converted(Coefficients other, double x, double output) {
      return other.targetX0 * x0hat(x, output) + other.targetEps * eps(x, output);
    }

    /// d o / d score at fixed x: by how much o changes when the score changes by 1.
    public double outputPerScore(double sigma) {
      return -sigma / epsFromOutput;
    }
  }

  /// The coefficients at a level with noise.
  ///
  /// @throws IllegalArgumentException when this prediction means nothing there, with the reason
  public abstract Coefficients at(NoiseLevel level);

  /// The same without time derivatives.
  public Coefficients at(double alpha, double sigma) {
    return at(new NoiseLevel(alpha, sigma));
  }

  /// What the state is multiplied with on its way into the network.
  ///
  /// @param usual what the schedule says
  double inputScale(NoiseLevel level, double usual) {
    return usual;
  }
}
