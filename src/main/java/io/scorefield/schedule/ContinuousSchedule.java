package io.scorefield.schedule;

/// A diffusion in continuous time: dx = drift(t) x dt + sqrt(diffusionSquared(t)) dW, t in [0, 1].
public sealed interface ContinuousSchedule extends NoiseSchedule
    permits VariancePreserving, VarianceExploding {
  /// The factor of x in the drift, f(x, t) = drift(t) x.
  double drift(double t);

  /// g(t)^2, the squared diffusion coefficient.
  double diffusionSquared(double t);

  @Override
  default double end() {
    return 1;
  }
}
