package io.scorefield.diffusion;

import io.scorefield.engine.NoiseTable;
import io.scorefield.physics.Tape;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;

/// The columns of a noise table that bring a law into the training; {@link Objective.Physics} has the formula.
final class PhysicsColumns {
  private final Diffuser diffuser;
  private final DiscreteSchedule schedule;
  private final Weighting data;
  private final Objective.Physics physics;
  private final double share;
  private final boolean objective;

  private PhysicsColumns(
      Diffuser diffuser, DiscreteSchedule schedule, Objective all, double share, boolean objective) {
    this.diffuser = diffuser;
    this.schedule = schedule;
    this.data = all.weighting();
    this.physics = all.physics();
    this.share = share;
    this.objective = objective;
  }

  static PhysicsColumns of(Diffuser diffuser, Objective objective, Tape law) {
    if (!(diffuser.schedule() instanceof DiscreteSchedule schedule) || schedule.steps() < 2) {
      throw new IllegalArgumentException(
          "training with physics needs a discrete schedule of at least 2 steps, whose Sigma_t is the law's "
              + "variance; use schedule.kind: cosine or linear");
    }
    double share =
        objective.reduction() == Objective.Reduction.MEAN ? 1.0 / Math.max(1, law.residuals()) : 1;
    return new PhysicsColumns(diffuser, schedule, objective, share, law.hasObjective());
  }

  /// The row of noise level t with its physics.
  NoiseTable.Row add(NoiseTable.Row plain, int t) {
    double variance = posteriorVariance(schedule, Math.max(t, 2));
    // Half of it multiplies the squared residuals.
    Parameterization.Coefficients c = diffuser.parameterization().at(plain.alpha(), plain.sigma());
    double weight =
        share * physics.c()
            * switch (physics.spread()) {
              case POSTERIOR -> 1 / variance;
              // The data's weight belongs to the output; an error of x0hat is x0FromOutput times as large.
              case DATA ->
                  2 * data.at(plain.alpha(), plain.sigma()) / (c.x0FromOutput() * c.x0FromOutput());
            };
    NoiseTable.Row row = plain.withPhysicsLimit(physics.limit() * Math.sqrt(variance));
    double ofObjective = objective ? 1 : 0;
    if (physics.estimate() == Objective.Estimate.MEAN || t == 1) {
      return row.withPhysics(weight, ofObjective);
    }
    // x_1 = alpha_1 x0hat + kappa (x_t - alpha_t x0hat), kappa = sigma_1 / sigma_t: DDIM.
    double kappa = schedule.sigma(1) / row.sigma();
    double fromX0 = schedule.alpha(1) - kappa * row.alpha();
    return row.withPhysics(
        weight, ofObjective, kappa + fromX0 * c.x0FromX(), fromX0 * c.x0FromOutput(), 0);
  }

  /// Sigma_t = (1 - alphaBar_{t-1}) / (1 - alphaBar_t) beta_t, the variance of x_{t-1} given x_t and x_0.
  static double posteriorVariance(NoiseSchedule schedule, int t) {
    double ratio =
        schedule.alpha(t) * schedule.sigma(t - 1) / (schedule.alpha(t - 1) * schedule.sigma(t));
    double beforeSigma = schedule.sigma(t - 1);
    return beforeSigma * beforeSigma * (1 - ratio * ratio);
  }
}
