package io.scorefield.experiment.simulation;

import io.scorefield.config.ConfigException;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.physics.Variables;
import io.scorefield.simulation.Energy;
import io.scorefield.simulation.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Whether walkers can start where they are to: within the boundaries, and with a finite energy and finite forces.
///
/// @param shifted the intervals with absorbing ends moved inwards
record StartCheck(Variables variables, Energy energy, List<Interval> intervals, List<Interval> shifted) {
  private static final int MOST_NAMED = 6;

  /// @param states [n, D]
  /// @throws ConfigException for the first walker that cannot
  void require(float[] states) {
    TapeRunner potential = new TapeRunner(energy.potential());
    int dimension = intervals.size();
    double[] x = new double[dimension];
    for (int i = 0; i < states.length / dimension; i++) {
      for (int d = 0; d < dimension; d++) {
        x[d] = states[i * dimension + d];
        Interval at = intervals.get(d);
        if (!at.contains(x[d])) {
          throw new ConfigException(
              "walker " + i + " starts outside of the boundaries: " + name(d) + " = " + (float) x[d] + " is not between "
                  + at.lowest() + " and " + at.highest());
        }
      }
      for (int d = 0; d < dimension; d++) {
        Interval at = shifted.get(d);
        if (at.boundary().absorbs(x[d], at.lowest(), at.highest())) {
          throw new ConfigException(
              "walker " + i + " starts on an absorbing boundary or within a step of it: " + name(d) + " = "
                  + (float) x[d] + "; start elsewhere or take a smaller step");
        }
      }
      double value = potential.forward(x, 0, new double[0]);
      double[] gradient = new double[dimension];
      potential.reverse(x, 0, new double[0], 1, gradient, 0);
      if (!Double.isFinite(value)) {
        throw new ConfigException("walker " + i + " starts with the energy " + value + " at " + place(x));
      }
      for (int d = 0; d < dimension; d++) {
        if (!Double.isFinite(gradient[d])) {
          throw new ConfigException(
              "walker " + i + " starts with a slope of the energy that is not finite, dU/d" + name(d) + " = "
                  + gradient[d] + ", at " + place(x));
        }
      }
      for (Map.Entry<Integer, Tape> force : energy.forces().entrySet()) {
        double f = force.getValue().residuals(x, 0)[0];
        if (!Double.isFinite(f)) {
          throw new ConfigException(
              "walker " + i + " starts with the force " + f + " on " + name(force.getKey()) + " at " + place(x));
        }
      }
    }
  }

  private String name(int component) {
    return variables.elements().get(component);
  }

  private String place(double[] x) {
    List<String> parts = new ArrayList<>();
    for (int d = 0; d < Math.min(x.length, MOST_NAMED); d++) {
      parts.add(name(d) + " = " + (float) x[d]);
    }
    return String.join(", ", parts) + (x.length > MOST_NAMED ? ", ..." : "");
  }
}
