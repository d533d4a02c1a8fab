package io.scorefield.diffusion;

import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.physics.Tape;
import io.scorefield.schedule.DiscreteSchedule;
import java.util.List;

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
    // Sigma_1 is 0, and taken to be Sigma_2.
    int above = Math.max(t, 2);
    double variance = Transition.of(schedule, above, above - 1).posteriorVariance();
    Parameterization.Coefficients c = diffuser.coefficients(t);
    // The data's weight belongs to the output; an error of x0hat is x0FromOutput times as large.
    double ofData = data.at(schedule.level(t)) / (c.x0FromOutput() * c.x0FromOutput());
    // Half of the weight multiplies the squared residuals.
    double weight =
        share * physics.c()
            * switch (physics.spread()) {
              case POSTERIOR -> 1 / variance;
              case DATA -> 2 * ofData;
              case SIGNAL -> 2 * ofData * schedule.alpha(t) * schedule.alpha(t);
            };
    NoiseTable.Row row = plain.with(NoiseColumn.PHYSICS_LIMIT, physics.limit() * Math.sqrt(variance));
    double ofObjective = objective ? 1 : 0;
    if (physics.estimate() == Objective.Estimate.MEAN || t == 1) {
      return row.withPhysics(weight, ofObjective);
    }
    // One step of DDIM to the first level.
    Transition.Mean first = Transition.of(schedule, t, 1).mean(c, 0);
    return row.withPhysics(weight, ofObjective, first.fromX(), first.fromOutput(), 0);
  }

  /// The rows without the laws where conditions are not told that laws read: no network could obey those.
  ///
  /// @param law in the coordinates of the state
  /// @param varied coordinates behind these are conditions
  static List<NoiseTable.Row> withoutUntold(List<NoiseTable.Row> rows, Tape law, int varied) {
    return law.components().allMatch(coordinate -> coordinate < varied)
        ? rows
        : rows.stream().map(row -> row.get(NoiseColumn.CONDITION) == 0 ? row.withPhysics(0, 0) : row).toList();
  }
}
