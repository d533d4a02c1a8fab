package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.schedule.DiscreteSchedule;

/// The forward process in reverse, as the schedule has it: DDPM's steps where it is discrete, else those of Euler and Maruyama.
///
/// @param grid the noise levels
public record ReverseProcess(TimeGrid grid) implements Sampler {
  @Override
  public StepProgram compile(Diffuser diffuser) {
    Sampler sampler =
        diffuser.schedule() instanceof DiscreteSchedule
            ? new AncestralSampler(grid, 1, 0)
            : new EulerMaruyamaSampler(grid, 1);
    return sampler.compile(diffuser);
  }
}
