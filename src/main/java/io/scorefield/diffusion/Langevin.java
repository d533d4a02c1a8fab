package io.scorefield.diffusion;

import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepRow;
import io.scorefield.rng.NoiseStream;

/// A step of Langevin's dynamics at a noise level, with a step size in units of sigma^2:
///
/// ```
/// x <- x + size/2 sigma^2 score + sqrt(size) sigma z,   sigma^2 score = alpha x0hat - x
/// ```
///
/// Steps are the more exact the smaller they are: the variance of data that are one point is too large by size/4, that of
/// broad data by less. A size in units of sigma^2, instead of one chosen from norms of the state, leaves a sample depending on
/// no other.
///
/// @param size above 0 and at most 1
record Langevin(double size) {
  Langevin {
    if (!(size > 0 && size <= 1)) {
      throw new IllegalArgumentException("the size of a Langevin step is " + size + "; it must be above 0 and at most 1");
    }
  }

  /// The row of a step.
  ///
  /// @param draw number of its noise in the stream of corrections
  StepRow row(Diffuser diffuser, double t, int draw) {
    double alpha = diffuser.schedule().alpha(t);
    Parameterization.Coefficients c = diffuser.coefficients(t);
    return Sampler.row(diffuser, t, t)
        .state(1 + size / 2 * (alpha * c.x0FromX() - 1))
        .output(size / 2 * alpha * c.x0FromOutput())
        .noise(Math.sqrt(size) * diffuser.schedule().sigma(t), draw)
        .role(RowRole.CORRECTION)
        .stream(NoiseStream.CORRECTOR)
        .build();
  }
}
