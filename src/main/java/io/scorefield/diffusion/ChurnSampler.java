package io.scorefield.diffusion;

import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/// EDM's stochastic sampler: before each of Heun's steps over sigma/alpha some noise is added, v to v (1 + gamma), which the
/// step then takes away with the rest. Second order without churn; two evaluations a step, one in the last.
///
/// The noise is added where v = sigma/alpha lies between `least` and `most`, with
/// gamma = min(churn / steps, sqrt(2) - 1), and never to more than the schedule's end, beyond which the network knows nothing.
///
/// Source: Karras et al. 2022 (arXiv 2206.00364), algorithm 2; without churn, algorithm 1.
///
/// @param grid the noise levels; {@link Spacing.Karras} in the paper
/// @param churn S_churn, at least 0
/// @param least S_tmin
/// @param most S_tmax
/// @param inflation S_noise, the deviation of the noise added: slightly above 1 makes up for what networks remove too much
public record ChurnSampler(TimeGrid grid, double churn, double least, double most, double inflation) implements Sampler {
  private static final double MOST_GAMMA = Math.sqrt(2) - 1;

  public ChurnSampler {
    if (!(churn >= 0) || Double.isInfinite(churn)) {
      throw new IllegalArgumentException("the churn is " + churn + "; it must be >= 0");
    }
    if (!(least >= 0 && least <= most)) {
      throw new IllegalArgumentException("churn between noise " + least + " and " + most + ": the first must be the smaller");
    }
    if (!(inflation > 0 && inflation <= 2)) {
      throw new IllegalArgumentException("the deviation of the churn's noise is " + inflation + "; it must be above 0, at most 2");
    }
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    NoiseSchedule schedule = diffuser.schedule();
    if (churn > 0 && schedule instanceof DiscreteSchedule) {
      throw new IllegalArgumentException(
          "churn leads to noise between the levels of a schedule in steps; set the churn to 0, or take a continuous schedule");
    }
    double[] levels = grid.toData(schedule);
    double gamma = Math.min(churn / (levels.length - 1), MOST_GAMMA);
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < levels.length; i++) {
      double t = levels[i];
      double noise = FlowFrame.EXPLODING.at(schedule, t).clock();
      if (gamma > 0 && t < schedule.end() && noise >= least && noise <= most) {
        t = FlowFrame.EXPLODING.time(schedule, noise * (1 + gamma));
        rows.add(churned(schedule, levels[i], t, i));
      }
      FlowScheme.HEUN.step(rows, diffuser, FlowFrame.EXPLODING, t, levels[i + 1]);
    }
    return Sampler.program(diffuser, rows);
  }

  /// The row that adds the noise from level t to level `more`.
  private StepRow churned(NoiseSchedule schedule, double t, double more, int draw) {
    FlowFrame.Point from = FlowFrame.EXPLODING.at(schedule, t);
    FlowFrame.Point to = FlowFrame.EXPLODING.at(schedule, more);
    double added = Math.sqrt(Math.max(0, to.clock() * to.clock() - from.clock() * from.clock()));
    return StepRow.builder(t, more)
        .role(RowRole.STAGE)
        .state(to.scale() / from.scale())
        .noise(inflation * to.scale() * added, draw)
        .build();
  }
}
