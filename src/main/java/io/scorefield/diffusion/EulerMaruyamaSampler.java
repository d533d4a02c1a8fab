package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.ContinuousSchedule;
import java.util.ArrayList;
import java.util.List;

/// Euler and Maruyama's scheme for the reverse SDE dx = (f x - g^2 score) dt + g dW on the uniform
/// grid t_i = start + i dt, i = steps .. 1; for the variance-preserving SDE a step is
/// x <- x + (1/2 beta x + beta score) dt + sqrt(beta dt) z.
///
/// @param steps number of steps
public record EulerMaruyamaSampler(int steps) implements Sampler {
  @Override
  public StepProgram compile(Diffuser diffuser) {
    ContinuousSchedule schedule = ReverseDrift.require(diffuser.schedule(), "euler-maruyama");
    double[] grid = ReverseDrift.grid(schedule, steps);
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      double t = grid[i];
      double dt = t - grid[i + 1];
      ReverseDrift drift = ReverseDrift.at(diffuser, schedule, t, 1);
      rows.add(
          Sampler.row(diffuser, t, grid[i + 1])
              .state(1 - dt * drift.fromX())
              .output(-dt * drift.fromOutput())
              .noise(Math.sqrt(schedule.diffusionSquared(t) * dt), i)
              .build());
    }
    return new StepProgram(diffuser.embedding().size(), schedule.priorScale(), rows);
  }
}
