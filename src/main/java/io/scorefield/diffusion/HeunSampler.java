package io.scorefield.diffusion;

import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.ContinuousSchedule;
import java.util.ArrayList;
import java.util.List;

/// Heun's second-order scheme for the probability-flow ODE dx/dt = f x - 1/2 g^2 score, on the
/// uniform grid t_i = start + i dt. Two network evaluations a step, no noise.
///
/// The first row makes an Euler step, saving x and remembering o; the second adds the slope at the
/// end: x' = x + h/2 (k_1 + k_2), with k_1 expressed by the saved x and the remembered o.
///
/// @param steps number of steps
public record HeunSampler(int steps) implements Sampler {
  @Override
  public StepProgram compile(Diffuser diffuser) {
    ContinuousSchedule schedule = ReverseDrift.require(diffuser.schedule(), "heun");
    double[] grid = ReverseDrift.grid(schedule, steps);
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      double t = grid[i];
      double next = grid[i + 1];
      double h = next - t;
      ReverseDrift first = ReverseDrift.at(diffuser, schedule, t, 0.5);
      ReverseDrift second = ReverseDrift.at(diffuser, schedule, next, 0.5);
      rows.add(
          Sampler.row(diffuser, t, next)
              .role(RowRole.STAGE)
              .state(1 + h * first.fromX())
              .output(h * first.fromOutput())
              .memoryUpdate(0, 1)
              .save(true)
              .build());
      rows.add(
          Sampler.row(diffuser, next, next)
              .saved(1 + h / 2 * first.fromX())
              .memory(h / 2 * first.fromOutput())
              .state(h / 2 * second.fromX())
              .output(h / 2 * second.fromOutput())
              .build());
    }
    return new StepProgram(diffuser.embedding().size(), schedule.priorScale(), rows);
  }
}
