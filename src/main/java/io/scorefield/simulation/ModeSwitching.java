package io.scorefield.simulation;

import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepRow;
import io.scorefield.rng.NoiseStream;
import java.util.List;

/// Walkers change the mode of a mixture U_k = U + V_k where they are: a mode is proposed, each as likely from another as
/// back, and accepted with the probability min(1, exp(-(U_new - U_old) / T)). Boltzmann's distribution of places and modes
/// together is kept exactly.
///
/// @param component the one that says which mode, in [0, modes), periodic
record ModeSwitching(int component, int modes) {
  /// The proposal is the component plus a normal this many times as wide as all modes, wrapped: any mode, almost evenly.
  private static final double WIDTH = 1;

  List<StepRow> rows(Integrator.Step step) {
    double time = step.time() + step.length();
    StepRow proposal =
        StepRow.builder(time, time).noise(WIDTH * modes, step.number()).stream(NoiseStream.CORRECTOR).save(true)
            .components(component, component + 1).confine(true).role(RowRole.STAGE).build();
    StepRow test =
        StepRow.builder(time, time).test(1 / step.next(), 0, 2 * step.number() + 1)
            .components(component, component + 1).build();
    return List.of(proposal, test);
  }
}
