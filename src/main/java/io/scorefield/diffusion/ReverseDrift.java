package io.scorefield.diffusion;

import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.NoiseSchedule;

/// The time derivative of a state in reverse, dx/dt = fromX x + fromOutput o with
/// dx/dt = f x - (1 + eta^2)/2 g^2 score; eta = 1 belongs to the reverse SDE, 0 to the probability flow.
///
/// Source: Song et al. 2021 (arXiv 2011.13456), equations 6 and 13; for all eta Zhang and Chen 2023 (arXiv 2204.13902),
/// equation 6.
record ReverseDrift(double fromX, double fromOutput) {
  static ReverseDrift at(Diffuser diffuser, ContinuousSchedule schedule, double t, double eta) {
    double square = schedule.diffusionSquared(t);
    if (!Double.isFinite(square)) {
      throw new IllegalArgumentException(
          "the reverse SDE has no finite drift at t = " + t + ", where alpha is " + schedule.alpha(t)
              + "; end the schedule below, or sample by the probability flow");
    }
    Parameterization.Coefficients c = diffuser.coefficients(t);
    double perEps = (1 + eta * eta) / 2 * square / schedule.sigma(t); // score = -eps/sigma
    return new ReverseDrift(
        schedule.drift(t) + perEps * c.epsFromX(), perEps * c.epsFromOutput());
  }

  /// The schedule, if it has a differential equation.
  static ContinuousSchedule require(NoiseSchedule schedule, String sampler) {
    if (schedule instanceof ContinuousSchedule continuous) {
      return continuous;
    }
    throw new IllegalArgumentException(
        "the " + sampler + " sampler integrates a differential equation, which a discrete schedule "
            + "does not have; use ddpm, ddim or one of the others that go from level to level");
  }
}
