package io.scorefield.simulation;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.StepRowBuilder;
import java.util.List;

/// A scheme for the overdamped Langevin equation dx = (F(x) - grad U(x)) dt + sqrt(2 T) dW, compiled to rows.
///
/// Formulas write G for grad U - F, h for the step and z_n for normal number n of a walker. The order is that of the bias
/// of averages in the steady state: it falls as h^order.
public interface Integrator {
  /// One step of a simulation.
  ///
  /// @param number n of the step, from 0
  /// @param time at its start
  /// @param length h
  /// @param temperature T_n, at its start
  /// @param next T_{n+1}, at its end
  /// @param confines whether the state is kept within boundaries
  /// @param from the first component that moves
  /// @param to the one behind the last; 0: all move from there on
  record Step(
      int number, double time, double length, double temperature, double next, boolean confines, int from, int to) {
    /// A row that ends the step, with the drift -h G where `drifts` says so.
    StepRowBuilder row(boolean drifts) {
      StepRowBuilder row = StepRow.builder(time, time + length).components(from, to);
      return drifts ? row.guidance(length).objective(1).loss(0) : row;
    }
  }

  /// What it is called in messages.
  String name();

  /// The rows of a step, the same number for every step.
  List<StepRow> rows(Step step);

  /// Whether the scheme keeps its meaning at such an end of a component.
  boolean allows(Boundary.Side side);

  /// Whether a step depends on nothing but where a walker is, so that other moves may come between steps.
  default boolean isMarkov() {
    return true;
  }

  /// Whether its steady state is exactly Boltzmann's, which only a force from an energy has.
  default boolean isExact() {
    return false;
  }
}
