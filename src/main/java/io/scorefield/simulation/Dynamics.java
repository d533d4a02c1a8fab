package io.scorefield.simulation;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.physics.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How walkers move: everything of a simulation but the walkers.
///
/// @param length h of a step
/// @param steps of the whole simulation
/// @param intervals where each component may be, `[D]`
/// @param laws that every step ends with a projection onto; empty: none
/// @param stages of the simulation, one after the other; the last ends with it
public record Dynamics(
    Energy energy,
    Integrator integrator,
    Temperature temperature,
    double length,
    int steps,
    List<Interval> intervals,
    Optional<Tape> laws,
    List<Stage> stages) {
  /// Sweeps of a projection.
  private static final int SWEEPS = 3;

  /// All components move from the start to the end.
  public Dynamics(
      Energy energy, Integrator integrator, Temperature temperature, double length, int steps,
      List<Interval> intervals, Optional<Tape> laws) {
    this(
        energy, integrator, temperature, length, steps, intervals, laws,
        List.of(new Stage(Math.max(1, steps), energy, 0, energy.coordinates())));
  }

  public Dynamics {
    intervals = List.copyOf(intervals);
    stages = List.copyOf(stages);
    if (stages.isEmpty() || stages.getLast().until() != Math.max(1, steps)) {
      throw new IllegalArgumentException("the last stage of a simulation ends with it");
    }
    if (stages.size() > 1 && (energy.modes() > 0 || laws.isPresent())) {
      throw new IllegalArgumentException("stages do not go with modes or a projection");
    }
    if (!(length > 0) || steps < 1 || intervals.size() != energy.dimension()) {
      throw new IllegalArgumentException("a simulation needs a step, steps, and an interval a component");
    }
    for (Interval interval : intervals.subList(0, energy.coordinates())) {
      for (Boundary.Side side : List.of(interval.boundary().lower(), interval.boundary().upper())) {
        if (!integrator.allows(side)) {
          throw new IllegalArgumentException(
              "the integrator " + integrator.name() + " does not go with a boundary that is "
                  + side.name().toLowerCase(Locale.ROOT) + "; euler-maruyama does");
        }
      }
    }
    if (integrator.isExact() && energy.isDriven()) {
      throw new IllegalArgumentException(
          "the integrator " + integrator.name() + " needs forces that come from an energy alone: what it accepts "
              + "keeps Boltzmann's distribution, which a driven system does not have");
    }
    if (energy.modes() > 0 && !integrator.isMarkov()) {
      throw new IllegalArgumentException(
          "the integrator " + integrator.name() + " does not go with modes: its noise has a memory, which a switch "
              + "between two steps would break; heun, euler-maruyama and mala do");
    }
    if (energy.modes() > 0 && intervals.stream().anyMatch(Interval::absorbs)) {
      throw new IllegalArgumentException("a mixture of energies does not go with absorbing boundaries");
    }
    if (integrator.isExact() && laws.isPresent()) {
      throw new IllegalArgumentException(
          "the integrator " + integrator.name() + " does not go with a projection, which would follow its test");
    }
  }

  /// The same at another temperature.
  public Dynamics with(Temperature other) {
    return new Dynamics(energy, integrator, other, length, steps, intervals, laws, stages);
  }

  /// The time of the start of a step, or the end of the one before it.
  public double time(int step) {
    return step * length;
  }

  /// T at the start of a step.
  public double temperature(int step) {
    return temperature.at((double) step / steps);
  }

  /// Whether some place has a boundary.
  public boolean confines() {
    return intervals.subList(0, energy.coordinates()).stream()
        .anyMatch(interval -> !interval.boundary().equals(Boundary.OPEN));
  }

  /// Whether walkers can be absorbed.
  public boolean absorbs() {
    return intervals.stream().anyMatch(Interval::absorbs);
  }

  /// The stage that a step belongs to.
  public Stage stage(int step) {
    return stages.stream().filter(stage -> step < stage.until()).findFirst().orElse(stages.getLast());
  }

  /// Rows of a step.
  public int rowsOfStep() {
    return rows(0).size();
  }

  /// Steps from .. to - 1, of one stage, as a table.
  public StepProgram program(int from, int to) {
    List<StepRow> rows = new ArrayList<>();
    for (int step = from; step < to; step++) {
      rows.addAll(rows(step));
    }
    return new StepProgram(
        0, 0, rows,
        intervals.stream().mapToDouble(Interval::lowest).toArray(),
        intervals.stream().mapToDouble(Interval::highest).toArray(),
        intervals.stream().map(Interval::boundary).toList());
  }

  private List<StepRow> rows(int number) {
    Stage stage = stage(number);
    Integrator.Step step =
        new Integrator.Step(
            number, time(number), length, temperature(number), temperature(number + 1), confines(),
            stage.from(), stage.to());
    List<StepRow> rows = new ArrayList<>(integrator.rows(step));
    if (laws.isPresent()) {
      rows.add(
          StepRow.builder(time(number + 1), time(number + 1)).state(0).projected(1)
              .components(stage.from(), stage.to()).build());
    }
    if (energy.modes() > 0) {
      rows.addAll(new ModeSwitching(energy.coordinates(), energy.modes()).rows(step));
    }
    return rows;
  }

  /// The energy and the forces of the stage of a step, and the laws, as engines take them.
  public PhysicsTerm physics(int step) {
    Tape tape = stage(step).energy().tape();
    return new PhysicsTerm(
        Optional.of(laws.map(others -> others.joined(tape)).orElse(tape)), PhysicsTerm.Loss.HALF_SQUARE, SWEEPS,
        PhysicsTerm.ITERATIONS);
  }
}
