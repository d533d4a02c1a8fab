package io.scorefield.simulation;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepRow;
import java.util.List;

/// MALA: an Euler-Maruyama step is a proposal, accepted or rejected so that Boltzmann's distribution is kept exactly, at
/// any step. Three gradients a step.
///
/// Source: Roberts and Tweedie 1996; {@link StepRow} has the ratio.
public record MetropolisAdjusted() implements Integrator {
  @Override
  public String name() {
    return "mala";
  }

  @Override
  public List<StepRow> rows(Step step) {
    StepRow proposal =
        step.row(true).noise(Math.sqrt(2 * step.length() * step.temperature()), step.number()).save(true)
            .role(RowRole.STAGE).build();
    StepRow test = step.row(false).test(1 / step.temperature(), step.length(), 2 * step.number()).build();
    return List.of(proposal, test);
  }

  @Override
  public boolean allows(Boundary.Side side) {
    return side == Boundary.Side.OPEN;
  }

  @Override
  public boolean isExact() {
    return true;
  }
}
