package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.DiscreteSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Samples by the probability flow: no noise but that at the start, so that every sample is a smooth function of it.
///
/// @param scheme of one step
/// @param frame the coordinates it works in
/// @param grid the noise levels
/// @param toData whether the last step leads to the data; else samples have the schedule's least noise
public record FlowSampler(FlowScheme scheme, FlowFrame frame, TimeGrid grid, boolean toData) implements Sampler {
  /// Heun's scheme over equal steps of the schedule's own time, down to its least noise.
  public static FlowSampler heun(int steps) {
    return new FlowSampler(FlowScheme.HEUN, FlowFrame.TIME, TimeGrid.uniform(steps), false);
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    if (scheme.betweenLevels() && diffuser.schedule() instanceof DiscreteSchedule) {
      throw new IllegalArgumentException(
          "a Runge-Kutta step needs the noise level in its middle, which a schedule in steps need not have; take heun or "
              + "dpm-solver++, or a continuous schedule");
    }
    if (frame == FlowFrame.TIME && diffuser.schedule() instanceof DiscreteSchedule) {
      throw new IllegalArgumentException(
          "the " + scheme.name().toLowerCase(Locale.ROOT).replace('_', '-')
              + " sampler integrates over time, with derivatives that a discrete schedule does not have; set sampler.frame to "
              + "exploding, straight or circle");
    }
    double[] levels = toData ? grid.toData(diffuser.schedule()) : grid.toStart(diffuser.schedule());
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < levels.length; i++) {
      scheme.step(rows, diffuser, frame, levels[i], levels[i + 1]);
    }
    return Sampler.program(diffuser, rows);
  }
}
