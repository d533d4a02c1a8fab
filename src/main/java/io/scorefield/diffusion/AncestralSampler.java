package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/// Ancestral sampling: a {@link Transition} from each noise level to the next lower one, with x0hat for x_0.
///
/// eta = 1 over all T levels is DDPM (Ho et al. 2020, algorithm 2): its mean is
/// (x - beta/sqrt(1 - alphaBar) eps)/sqrt(1 - beta), its variance
/// (1 - alphaBar_{t-1})/(1 - alphaBar_t) beta, without noise in the last step.
/// eta = 0 is DDIM (Song, Meng and Ermon 2021).
///
/// @param steps number of steps; 0: every level of a discrete schedule
/// @param eta as in the DDIM paper, equation 16: the noise's deviation, from 0 (deterministic) to 1 (DDPM's)
public record AncestralSampler(int steps, double eta) implements Sampler {
  public AncestralSampler {
    if (steps < 0 || steps > DiscreteSchedule.MAX_STEPS) {
      throw new IllegalArgumentException("cannot sample in " + steps + " steps");
    }
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta is " + eta + "; it must be between 0 and 1");
    }
  }

  /// DDPM over every level of a discrete schedule.
  public static AncestralSampler ddpm() {
    return new AncestralSampler(0, 1);
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    NoiseSchedule schedule = diffuser.schedule();
    double[] grid = grid(schedule);
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < grid.length; i++) {
      double t = grid[i];
      double s = grid[i + 1];
      Transition step = Transition.of(schedule, t, s);
      Transition.Mean mean = step.mean(diffuser.coefficients(t), eta);
      rows.add(
          Sampler.row(diffuser, t, s)
              .state(mean.fromX())
              .output(mean.fromOutput())
              .noise(step.noise(eta), i)
              .build());
    }
    return new StepProgram(diffuser.embedding().size(), schedule.priorScale(), rows);
  }

  /// Noise levels from the largest down to 0.
  private double[] grid(NoiseSchedule schedule) {
    return switch (schedule) {
      case DiscreteSchedule discrete -> {
        int levels = steps == 0 ? discrete.steps() : steps;
        if (levels > discrete.steps()) {
          throw new IllegalArgumentException(
              "the schedule has " + discrete.steps() + " levels; cannot sample in " + levels
                  + " steps");
        }
        double[] grid = new double[levels + 1];
        for (int i = 0; i <= levels; i++) {
          grid[i] = Math.rint((double) discrete.steps() * (levels - i) / levels);
        }
        yield grid;
      }
      case ContinuousSchedule continuous -> {
        if (steps == 0) {
          throw new IllegalArgumentException(
              "a continuous schedule has no levels of its own; set the number of steps");
        }
        double[] grid = new double[steps + 1];
        for (int i = 0; i < steps; i++) {
          double share = steps == 1 ? 0 : (double) i / (steps - 1);
          grid[i] = continuous.end() + share * (continuous.start() - continuous.end());
        }
        yield grid;
      }
    };
  }
}
