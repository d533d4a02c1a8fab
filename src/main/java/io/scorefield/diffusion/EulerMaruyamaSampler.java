package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.ContinuousSchedule;
import java.util.ArrayList;
import java.util.List;

/// Euler and Maruyama's scheme for the reverse SDE dx = (f x - (1 + eta^2)/2 g^2 score) dt + eta g dW, whose marginals are the
/// same for every eta: 1 is Song's, 0 the probability flow. First order in distribution, one evaluation a step.
///
/// For the variance-preserving SDE and eta = 1 a step is x <- x + (1/2 beta x + beta score) dt + sqrt(beta dt) z.
///
/// Source: Song et al. 2021 (arXiv 2011.13456), equation 6 and appendix E; the family is in {@link ReverseDrift}.
///
/// @param grid the noise levels, down to the schedule's least noise
/// @param eta at least 0
public record EulerMaruyamaSampler(TimeGrid grid, double eta) implements Sampler {
  /// The largest eta.
  public static final double MOST_ETA = 10;

  public EulerMaruyamaSampler {
    if (!(eta >= 0 && eta <= MOST_ETA)) {
      throw new IllegalArgumentException("eta is " + eta + "; it must be from 0 to " + MOST_ETA);
    }
  }

  /// The reverse SDE over equal steps of t.
  ///
  /// @param steps number of steps
  public EulerMaruyamaSampler(int steps) {
    this(TimeGrid.uniform(steps), 1);
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    ContinuousSchedule schedule = ReverseDrift.require(diffuser.schedule(), "euler-maruyama");
    double[] levels = grid.toStart(schedule);
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < levels.length; i++) {
      double t = levels[i];
      double dt = t - levels[i + 1];
      ReverseDrift drift = ReverseDrift.at(diffuser, schedule, t, eta);
      rows.add(
          Sampler.row(diffuser, t, levels[i + 1])
              .state(1 - dt * drift.fromX())
              .output(-dt * drift.fromOutput())
              .noise(eta * Math.sqrt(schedule.diffusionSquared(t) * dt), i)
              .build());
    }
    return Sampler.program(diffuser, rows);
  }
}
