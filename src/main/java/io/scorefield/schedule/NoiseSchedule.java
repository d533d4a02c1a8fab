package io.scorefield.schedule;

/// The marginal of a diffusion process: x_t = alpha(t) x_0 + sigma(t) eps, eps ~ N(0, I).
///
/// A noise level t runs from {@link #start()} (least noise the network ever sees) to {@link #end()}
/// (most noise); at t = 0 there is no noise, alpha = 1 and sigma = 0.
public sealed interface NoiseSchedule permits DiscreteSchedule, ContinuousSchedule {
  double alpha(double t);

  double sigma(double t);

  /// The smallest noise level that is trained on and sampled at.
  double start();

  /// The largest noise level.
  double end();

  /// Standard deviation of the normal that sampling starts from.
  double priorScale();

  /// What x_t is multiplied with before it enters the network; 1 where x_t has unit scale already.
  default double inputScale(double t) {
    return 1;
  }
}
