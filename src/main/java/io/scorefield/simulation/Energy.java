package io.scorefield.simulation;

import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
import java.util.Map;
import java.util.TreeMap;

/// What drives a simulation: an energy U(x), and forces F_d(x) on some components that need not come from one.
///
/// @param potential its objective is U
/// @param forces its residual is F_d, by component
public record Energy(Tape potential, Map<Integer, Tape> forces) {
  public Energy {
    forces = new TreeMap<>(forces);
  }

  /// D.
  public int dimension() {
    return potential.inputs();
  }

  /// Whether there is a force beside the energy.
  public boolean isDriven() {
    return !forces.isEmpty();
  }

  /// A tape whose objective has the gradient grad U - F. Where there is a force its value means nothing.
  public Tape tape() {
    TapeBuilder builder = new TapeBuilder(dimension());
    builder.include(potential).forEach(builder::add);
    forces.forEach(
        (component, force) -> {
          for (TapeBuilder.Goal goal : builder.include(force)) {
            int held = builder.append(TapeOperation.HOLD, goal.node());
            builder.objective(builder.multiply(builder.input(component), held), -goal.weight());
          }
        });
    return builder.build();
  }
}
