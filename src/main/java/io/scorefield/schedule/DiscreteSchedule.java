package io.scorefield.schedule;

/// A diffusion in T steps: x_t = sqrt(1 - beta_t) x_{t-1} + sqrt(beta_t) eps, t = 1 .. T.
///
/// Source: Ho, Jain and Abbeel 2020 (arXiv 2006.11239). alphaBar is always the product of the
/// (clipped) 1 - beta, so that the forward and the reverse process agree.
public final class DiscreteSchedule implements NoiseSchedule {
  /// The largest number of steps accepted.
  public static final int MAX_STEPS = 100_000;

  private final double[] beta; // beta[t - 1] is beta_t
  private final double[] alphaBar; // alphaBar[t]; alphaBar[0] = 1
  private final double[] oneMinusAlphaBar;

  private DiscreteSchedule(double[] beta) {
    this.beta = beta;
    this.alphaBar = new double[beta.length + 1];
    this.oneMinusAlphaBar = new double[beta.length + 1];
    alphaBar[0] = 1;
    for (int t = 1; t <= beta.length; t++) {
      double b = beta[t - 1];
      if (!(b > 0 && b < 1)) {
        throw new IllegalArgumentException(
            "beta_" + t + " is " + b + "; every beta must lie strictly between 0 and 1");
      }
      alphaBar[t] = alphaBar[t - 1] * (1 - b);
      // 1 - alphaBar by its own recursion: no cancellation where alphaBar is close to 1.
      oneMinusAlphaBar[t] = b + (1 - b) * oneMinusAlphaBar[t - 1];
    }
  }

  /// The cosine schedule: alphaBar_t = f(t)/f(0), f(t) = cos^2((t/T + s)/(1 + s) pi/2), from which
  /// beta_t = min(1 - alphaBar_t/alphaBar_{t-1}, maxBeta).
  ///
  /// Source: Nichol and Dhariwal 2021 (arXiv 2102.09672), equation 17.
  ///
  /// @param steps T
  /// @param offset s, 0.008 in the paper
  /// @param maxBeta where beta is clipped, 0.999 in the paper
  public static DiscreteSchedule cosine(int steps, double offset, double maxBeta) {
    requireSteps(steps);
    if (!(offset >= 0) || Double.isInfinite(offset)) {
      throw new IllegalArgumentException("the cosine offset is " + offset + "; it must be >= 0");
    }
    if (!(maxBeta > 0 && maxBeta < 1)) {
      throw new IllegalArgumentException("max-beta is " + maxBeta + "; it must be in (0, 1)");
    }
    double[] beta = new double[steps];
    for (int t = 1; t <= steps; t++) {
      double ratio = cosineSquared(t, steps, offset) / cosineSquared(t - 1, steps, offset);
      beta[t - 1] = Math.min(1 - ratio, maxBeta);
    }
    return new DiscreteSchedule(beta);
  }

  /// The cosine schedule with the paper's constants s = 0.008 and maxBeta = 0.999.
  public static DiscreteSchedule cosine(int steps) {
    return cosine(steps, 0.008, 0.999);
  }

  /// beta_t rising linearly from betaMin at t = 1 to betaMax at t = T.
  public static DiscreteSchedule linear(int steps, double betaMin, double betaMax) {
    requireSteps(steps);
    double[] beta = new double[steps];
    for (int t = 1; t <= steps; t++) {
      double share = steps == 1 ? 0 : (t - 1.0) / (steps - 1.0);
      beta[t - 1] = betaMin + share * (betaMax - betaMin);
    }
    return new DiscreteSchedule(beta);
  }

  /// Levels given by alphaBar_1 > ... > alphaBar_T, all between 0 and 1.
  ///
  /// @throws IllegalArgumentException when they do not fall, or leave (0, 1), with the first that does
  public static DiscreteSchedule ofAlphaBar(double... alphaBar) {
    requireSteps(alphaBar.length);
    double[] beta = new double[alphaBar.length];
    double before = 1;
    for (int t = 1; t <= beta.length; t++) {
      double now = alphaBar[t - 1];
      if (!(now > 0 && now < before)) {
        throw new IllegalArgumentException(
            "alphaBar_" + t + " is " + now + "; it must be above 0 and below alphaBar_" + (t - 1) + ", which is " + before);
      }
      beta[t - 1] = 1 - now / before;
      before = now;
    }
    return new DiscreteSchedule(beta);
  }

  private static double cosineSquared(int t, int steps, double offset) {
    double c = Math.cos(((double) t / steps + offset) / (1 + offset) * Math.PI / 2);
    return c * c;
  }

  /// T, the number of steps.
  public int steps() {
    return beta.length;
  }

  /// beta_t, t = 1 .. T.
  public double beta(int t) {
    return beta[index(t, 1) - 1];
  }

  /// alphaBar_t = product of (1 - beta) up to t, t = 0 .. T.
  public double alphaBar(int t) {
    return alphaBar[index(t, 0)];
  }

  /// 1 - alphaBar_t without cancellation, t = 0 .. T.
  public double oneMinusAlphaBar(int t) {
    return oneMinusAlphaBar[index(t, 0)];
  }

  @Override
  public double alpha(double t) {
    return Math.sqrt(alphaBar[index(t)]);
  }

  @Override
  public double sigma(double t) {
    return Math.sqrt(oneMinusAlphaBar[index(t)]);
  }

  @Override
  public double logSnr(double t) {
    return Math.log(alphaBar[index(t)]) - Math.log(oneMinusAlphaBar[index(t)]);
  }

  @Override
  public double timeOfLogSnr(double logSnr) {
    if (Double.isNaN(logSnr)) {
      throw new IllegalArgumentException("there is no noise level of log-SNR " + logSnr);
    }
    int above = 1; // the last level whose log-SNR is not below the wanted one
    int below = beta.length;
    while (below - above > 1) {
      int middle = (above + below) >>> 1;
      if (logSnr(middle) >= logSnr) {
        above = middle;
      } else {
        below = middle;
      }
    }
    return Math.abs(logSnr(above) - logSnr) <= Math.abs(logSnr(below) - logSnr) ? above : below;
  }

  @Override
  public double start() {
    return 1;
  }

  @Override
  public double end() {
    return beta.length;
  }

  @Override
  public double priorScale() {
    return 1;
  }

  private int index(double t) {
    int step = (int) t;
    if (step != t) {
      throw new IllegalArgumentException(
          "noise level " + t + " of a schedule in " + beta.length + " steps is not a whole number");
    }
    return index(step, 0);
  }

  private int index(int t, int min) {
    if (t < min || t > beta.length) {
      throw new IllegalArgumentException(
          "noise level " + t + " is not between " + min + " and " + beta.length);
    }
    return t;
  }

  private static void requireSteps(int steps) {
    if (steps < 1 || steps > MAX_STEPS) {
      throw new IllegalArgumentException(
          "the number of steps is " + steps + "; it must be between 1 and " + MAX_STEPS);
    }
  }
}
