package io.scorefield.schedule;

/// The marginal of a diffusion process: x_t = alpha(t) x_0 + sigma(t) eps, eps ~ N(0, I).
///
/// A noise level t runs from {@link #start()} (least noise the network ever sees) to {@link #end()} (most noise). The
/// formulas hold down to t = 0, where alpha = 1 and sigma is the least noise of the schedule: 0, or above it where the
/// schedule never is without noise. So the data are not always the limit of small t. Where a sampler ends with the data,
/// it says so by the level 0 ({@link #level}).
public sealed interface NoiseSchedule permits DiscreteSchedule, ContinuousSchedule {
  double alpha(double t);

  double sigma(double t);

  /// Noise level t; the data themselves at t = 0, whatever noise the schedule has there.
  default NoiseLevel level(double t) {
    return t == 0 ? NoiseLevel.DATA : new NoiseLevel(alpha(t), sigma(t));
  }

  /// ln(alpha(t)^2 / sigma(t)^2), which falls with t.
  default double logSnr(double t) {
    return 2 * Math.log(alpha(t) / sigma(t));
  }

  /// The time between start and end whose log-SNR is the given one: the inverse of {@link #logSnr}. Beyond the two it is
  /// the nearer of them; of a schedule in steps it is the level whose log-SNR is nearest.
  ///
  /// @throws IllegalArgumentException when the value is no number
  double timeOfLogSnr(double logSnr);

  /// The smallest noise level that is trained on and sampled at.
  double start();

  /// The largest noise level.
  double end();

  /// Standard deviation of the normal that sampling starts from.
  double priorScale();

  /// What networks are told of the time t, before any embedding.
  default double clock(double t) {
    return t;
  }

  /// What x_t is multiplied with before it enters the network; 1 where x_t has unit scale already.
  default double inputScale(double t) {
    return 1;
  }
}
