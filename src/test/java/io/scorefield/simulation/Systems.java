package io.scorefield.simulation;

import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Small systems for tests.
final class Systems {
  private Systems() {}

  /// An energy of components x, y, ... with a force on x; no force where it is empty.
  static Energy energy(String energy, String force, String... components) {
    Variables variables = Variables.of(List.of(components));
    Map<Integer, Tape> forces =
        force.isEmpty() ? Map.of() : Map.of(0, FormulaLaw.quantity(Formula.parse(force), variables, Map.of(), false));
    return new Energy(FormulaLaw.quantity(Formula.parse(energy), variables, Map.of(), true), forces);
  }

  static Dynamics on(
      Energy energy, Integrator integrator, double temperature, double step, int steps, Interval... intervals) {
    List<Interval> all = new ArrayList<>(Arrays.asList(intervals));
    while (all.size() < energy.dimension()) {
      all.add(Interval.LINE);
    }
    return new Dynamics(
        energy, integrator, new Temperature.Constant(temperature), step, steps, all, Optional.empty());
  }

  /// Snapshot steps: `count` of them evenly up to `steps`.
  static int[] every(int steps, int count) {
    int[] at = new int[count];
    Arrays.setAll(at, i -> (int) ((i + 1L) * steps / count));
    return at;
  }

  /// Mean and standard error of one number a walker.
  static double[] meanAndError(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new double[] {mean, Math.sqrt(squares / (values.length - 1.0) / values.length)};
  }
}
