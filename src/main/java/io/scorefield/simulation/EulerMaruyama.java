package io.scorefield.simulation;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.StepRow;
import java.util.List;

/// x' = x - h G(x) + sqrt(2 h T_n) z_n. Order 1, one gradient a step.
///
/// Source: Maruyama 1955. A wall mirrors x', which keeps order 1 (Bossy, Gobet and Talay 2004).
public record EulerMaruyama() implements Integrator {
  @Override
  public String name() {
    return "euler-maruyama";
  }

  @Override
  public List<StepRow> rows(Step step) {
    return List.of(
        step.row(true)
            .noise(Math.sqrt(2 * step.length() * step.temperature()), step.number())
            .confine(step.confines())
            .build());
  }

  @Override
  public boolean allows(Boundary.Side side) {
    return true;
  }
}
