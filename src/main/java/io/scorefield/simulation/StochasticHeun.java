package io.scorefield.simulation;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepRow;
import java.util.List;

/// y = x - h G(x) + s z_n, x' = x - h/2 (G(x) + G(y)) + s z_n with s = sqrt(2 h T_n). Order 2, two gradients a step.
///
/// Source: Kloeden and Platen 1992, section 15.1, for noise that does not depend on x.
public record StochasticHeun() implements Integrator {
  @Override
  public String name() {
    return "heun";
  }

  @Override
  public List<StepRow> rows(Step step) {
    double noise = Math.sqrt(2 * step.length() * step.temperature());
    StepRow predictor =
        step.row(true).noise(noise, step.number()).save(true).memoryUpdate(0, 0).memoryGuidance(1)
            .role(RowRole.STAGE).build();
    // The register m is -G(x).
    StepRow corrector =
        step.row(true).state(0).saved(1).memory(step.length() / 2).guidance(step.length() / 2)
            .noise(noise, step.number()).confine(step.confines()).build();
    return List.of(predictor, corrector);
  }

  @Override
  public boolean allows(Boundary.Side side) {
    return side != Boundary.Side.ABSORBING;
  }
}
