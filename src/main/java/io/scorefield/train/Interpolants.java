package io.scorefield.train;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Start;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.ContinuousSchedule;
import java.util.ArrayList;
import java.util.List;

/// Examples of lines with noise in their middle, x_t = (1 - t) x_0 + t x_1 + gamma(t) z.
///
/// The velocity is x_1 - x_0 + gamma' z. The pair of x_t - t v and x_t + (1 - t) v is on a straight line through x_t with this
/// velocity, and so is an example as any other pair of data and noise: for one time, so there are parts, each with a time of
/// its own.
final class Interpolants {
  /// Times, spread evenly.
  private static final int TIMES = 256;

  /// Pairs of each.
  private static final int EACH = 1024;

  private Interpolants() {}

  /// The plan with pairs of all times in place of its own.
  ///
  /// @param states the data, [n, D]
  static TrainingPlan plan(TrainingPlan plan, Diffuser diffuser, Objective objective, float[] states) {
    Start start = diffuser.start().orElseThrow();
    int dimension = plan.architecture().dimension();
    boolean shortest = objective.coupling() == Objective.Coupling.OPTIMAL_TRANSPORT;
    Pairs pairs =
        Pairs.of(
            states, dimension, plan.seed(), TIMES * EACH, Pairs.Partners.of(diffuser, plan.seed()), shortest);
    int each = pairs.points().length / dimension / TIMES;
    float[] data = new float[TIMES * each * dimension];
    float[] ends = new float[data.length];
    NoiseSource source = new NoiseSource(plan.seed());
    float[] z = new float[dimension];
    ContinuousSchedule schedule = (ContinuousSchedule) diffuser.schedule();
    List<NoiseTable.Row> rows = new ArrayList<>();
    double share = objective.reduction() == Objective.Reduction.MEAN ? 1.0 / dimension : 1;
    for (int part = 0; part < TIMES; part++) {
      double t = schedule.trainingTime((part + 0.5) / TIMES);
      rows.add(diffuser.noiseRow(t, share * objective.weighting().at(schedule.level(t))));
      double gamma = start.gamma(t);
      double rate = start.gammaRate(t);
      for (int i = part * each; i < (part + 1) * each; i++) {
        source.normals(NoiseStream.TRAINING_NOISE, i, 0, z, 0, dimension);
        for (int d = 0; d < dimension; d++) {
          int at = i * dimension + d;
          double from = pairs.points()[at];
          double to = pairs.noise()[at];
          double x = (1 - t) * from + t * to + gamma * z[d];
          double v = to - from + rate * z[d];
          data[at] = (float) (x - t * v);
          ends[at] = (float) (x + (1 - t) * v);
        }
      }
    }
    return new TrainingPlan(
            plan.architecture(), NoiseTable.of(rows), data, plan.batch(), plan.adam(), plan.seed(), plan.physics(),
            plan.combination())
        .withPairing(new TrainingPlan.Pairing(ends, TIMES));
  }
}
