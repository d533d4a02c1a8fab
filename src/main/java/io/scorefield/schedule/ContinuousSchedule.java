package io.scorefield.schedule;

import org.apache.commons.math3.analysis.solvers.BrentSolver;

/// A diffusion in continuous time, whose marginals x_t = alpha(t) x_0 + sigma(t) eps are those of
/// dx = drift(t) x dt + sqrt(diffusionSquared(t)) dW, t in [start, end].
///
/// Any pair of alpha and sigma belongs to such an equation: drift = alpha'/alpha and
/// diffusionSquared = 2 sigma (sigma' - drift sigma) (Kingma et al. 2021, arXiv 2107.00630, section 3.1). Its probability flow
/// is dx/dt = alpha' x0hat + sigma' epshat, which is finite where alpha is 0 and the drift is not.
public sealed interface ContinuousSchedule extends NoiseSchedule
    permits VariancePreserving, SubVariancePreserving, VarianceExploding, KarrasSchedule, CosineSchedule, SigmoidSchedule,
        RectifiedFlow, LearnedSchedule {
  /// d alpha / dt.
  double alphaRate(double t);

  /// d sigma / dt.
  double sigmaRate(double t);

  /// The factor of x in the drift, f(x, t) = drift(t) x; infinite where alpha is 0.
  default double drift(double t) {
    return alphaRate(t) / alpha(t);
  }

  /// g(t)^2, the squared diffusion coefficient; infinite where alpha is 0.
  default double diffusionSquared(double t) {
    return 2 * sigma(t) * (sigmaRate(t) - drift(t) * sigma(t));
  }

  @Override
  default NoiseLevel level(double t) {
    return t == 0 ? NoiseLevel.DATA : new NoiseLevel(alpha(t), sigma(t), alphaRate(t), sigmaRate(t));
  }

  /// The times that a network is trained on: quantile u of their distribution, u in (0, 1). Here all times alike.
  default double trainingTime(double u) {
    return start() + (end() - start()) * u;
  }

  @Override
  default double timeOfLogSnr(double logSnr) {
    if (Double.isNaN(logSnr)) {
      throw new IllegalArgumentException("there is no noise level of log-SNR " + logSnr);
    }
    if (logSnr >= logSnr(start())) {
      return start();
    }
    if (logSnr <= logSnr(end())) {
      return end();
    }
    return Math.clamp(timeWithin(logSnr), start(), end());
  }

  /// The same for a value between those of end and start; schedules with a formula for it give that.
  default double timeWithin(double logSnr) {
    // Where alpha comes to 0 the logarithm is infinite: share = sigma / (alpha + sigma) has the same order and no pole.
    double share = 1 / (1 + Math.exp(logSnr / 2));
    return new BrentSolver(1e-15, 1e-15, 1e-16)
        .solve(500, t -> sigma(t) / (alpha(t) + sigma(t)) - share, start(), end());
  }

  @Override
  default double end() {
    return 1;
  }

  /// The deviation of x at the end for data of deviation 1.
  @Override
  default double priorScale() {
    return Math.hypot(alpha(end()), sigma(end()));
  }

  /// @throws IllegalArgumentException when times do not run from a start above 0 to an end not beyond `last`
  static void requireTimes(double start, double end, double last) {
    if (!(start > 0 && start < end)) {
      throw new IllegalArgumentException("the smallest time is " + start + "; it must be above 0 and below the end " + end);
    }
    if (!(end <= last)) {
      throw new IllegalArgumentException("the largest time is " + end + "; it must be at most " + last);
    }
  }
}
