package io.scorefield.simulation;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepRow;
import java.util.List;

/// x' = x - h G(x) + sqrt(h/2) (sqrt(T_n) z_n + sqrt(T_{n+1}) z_{n+1}). Order 2 for one gradient a step: the limit of
/// BAOAB for large friction.
///
/// Every normal serves two steps, so the noise has a memory; a wall would have to mirror that too, and is refused.
///
/// Source: Leimkuhler and Matthews 2013, equation (7).
public record LeimkuhlerMatthews() implements Integrator {
  @Override
  public String name() {
    return "leimkuhler-matthews";
  }

  @Override
  public List<StepRow> rows(Step step) {
    double half = step.length() / 2;
    StepRow first =
        step.row(true).noise(Math.sqrt(half * step.temperature()), step.number()).role(RowRole.STAGE).build();
    StepRow second =
        step.row(false).noise(Math.sqrt(half * step.next()), step.number() + 1).confine(step.confines()).build();
    return List.of(first, second);
  }

  @Override
  public boolean isMarkov() {
    return false;
  }

  @Override
  public boolean allows(Boundary.Side side) {
    return side == Boundary.Side.OPEN || side == Boundary.Side.PERIODIC;
  }
}
