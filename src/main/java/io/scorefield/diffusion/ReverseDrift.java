package io.scorefield.diffusion;

import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.NoiseSchedule;

/// The time derivative of a state in reverse, dx/dt = fromX x + fromOutput o with
/// dx/dt = f x - share g^2 score; share 1 belongs to the reverse SDE, 1/2 to the probability flow.
///
/// Source: Song et al. 2021 (arXiv 2011.13456), equations 6 and 13.
record ReverseDrift(double fromX, double fromOutput) {
  static ReverseDrift at(Diffuser diffuser, ContinuousSchedule schedule, double t, double share) {
    Parameterization.Coefficients c = diffuser.coefficients(t);
    double perEps = share * schedule.diffusionSquared(t) / schedule.sigma(t); // score = -eps/sigma
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
            + "does not have; use ddpm or ddim");
  }

  /// t_i = start + i (end - start)/steps for i = steps .. 0.
  static double[] grid(ContinuousSchedule schedule, int steps) {
    if (steps < 1 || steps > 100_000) {
      throw new IllegalArgumentException("cannot sample in " + steps + " steps");
    }
    double[] grid = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      grid[i] =
          schedule.start() + (schedule.end() - schedule.start()) * (steps - i) / steps;
    }
    return grid;
  }
}
