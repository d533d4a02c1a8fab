package io.scorefield.experiment.simulation;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.Boundary;
import io.scorefield.experiment.settings.BoundaryConfig;
import io.scorefield.experiment.settings.LawConfig;
import io.scorefield.experiment.settings.NamedNumbers;
import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import io.scorefield.simulation.Dynamics;
import io.scorefield.simulation.Energy;
import io.scorefield.simulation.Interval;
import io.scorefield.simulation.Stage;
import io.scorefield.simulation.Temperature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What a configuration stands for: names, dynamics, and laws to watch.
///
/// @param intervals where components may be, `[D]`; those of the dynamics have absorbing ends shifted
public record SimulationSetup(Variables variables, Dynamics dynamics, List<Interval> intervals, List<Law> laws) {
  private static final Boundary PERIODIC = new Boundary(Boundary.Side.PERIODIC, Boundary.Side.PERIODIC);

  /// The component that says which mode a walker is in.
  private static final String MODE = "mode";

  /// Numbers of all walkers together, at most.
  private static final long MOST_NUMBERS = 1L << 29;

  /// Compiles a configuration.
  ///
  /// @throws ConfigException when its parts do not go together
  public static SimulationSetup of(SimulationConfig config) throws IOException {
    try {
      List<String> names = new ArrayList<>(config.components());
      if (!config.modes().isEmpty()) {
        names.add(MODE);
      }
      Variables variables = Variables.of(names);
      if ((long) config.walkers() * variables.dimension() > MOST_NUMBERS) {
        throw new IllegalArgumentException(
            config.walkers() + " walkers of " + variables.dimension() + " components do not fit; take fewer");
      }
      EnergySetup energies = EnergySetup.of(config, variables);
      Energy energy = energies.energy();
      Temperature temperature = config.temperature().temperature();
      List<Interval> intervals = intervals(config.boundaries(), variables);
      if (energy.modes() > 0) {
        intervals.set(energy.coordinates(), new Interval(PERIODIC, 0, energy.modes()));
      }
      List<Law> laws = new ArrayList<>();
      for (LawConfig law : config.physics()) {
        laws.add(law.law(variables));
      }
      Optional<Tape> projected = config.project() ? Optional.of(new Constraint(laws).tape()) : Optional.empty();
      if (projected.isPresent() && projected.get().hasObjective()) {
        throw new IllegalArgumentException("'project' needs laws with residuals; an objective has none");
      }
      Dynamics dynamics =
          new Dynamics(
              energy, config.integrator().integrator(), temperature, config.step(), config.steps(),
              shifted(config, temperature, intervals), projected, energies.stages());
      return new SimulationSetup(variables, dynamics, intervals, laws);
    } catch (ConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  /// The same with another temperature.
  SimulationSetup with(Temperature temperature) {
    return new SimulationSetup(variables, dynamics.with(temperature), intervals, laws);
  }

  private static List<Interval> intervals(List<BoundaryConfig> boundaries, Variables variables) {
    List<Interval> intervals = new ArrayList<>(Collections.nCopies(variables.dimension(), Interval.LINE));
    for (BoundaryConfig boundary : boundaries) {
      for (int component : NamedNumbers.components(boundary.component(), variables)) {
        if (intervals.set(component, boundary.interval()) != Interval.LINE) {
          throw new IllegalArgumentException("'boundaries' has '" + boundary.component() + "' twice");
        }
      }
    }
    return intervals;
  }

  private static List<Interval> shifted(SimulationConfig config, Temperature temperature, List<Interval> intervals) {
    if (!config.shiftAbsorbing() || intervals.stream().noneMatch(Interval::absorbs)) {
      return intervals;
    }
    if (!temperature.isConstant()) {
      throw new IllegalArgumentException(
          "absorbing boundaries are shifted by an amount that depends on the temperature, which changes here; set "
              + "shift-absorbing to false");
    }
    return intervals.stream().map(interval -> interval.shifted(temperature.at(0), config.step())).toList();
  }

  /// Where walkers start, [n, D].
  ///
  /// @throws ConfigException when they cannot start there, naming the walker
  public float[] start(SimulationConfig config) throws IOException {
    float[] states;
    try {
      states = withModes(config.initial().states(config.seed(), config.walkers(), Variables.of(config.components())));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("initial: " + e.getMessage(), e);
    }
    new StartCheck(variables, dynamics.energy(), intervals, dynamics.intervals()).require(states);
    return states;
  }

  /// Where there are modes, walkers start in one after the other.
  private float[] withModes(float[] places) {
    int modes = dynamics.energy().modes();
    if (modes == 0) {
      return places;
    }
    int coordinates = dynamics.energy().coordinates();
    int walkers = places.length / coordinates;
    float[] states = new float[walkers * (coordinates + 1)];
    for (int i = 0; i < walkers; i++) {
      System.arraycopy(places, i * coordinates, states, i * (coordinates + 1), coordinates);
      states[i * (coordinates + 1) + coordinates] = i % modes + 0.5f;
    }
    return states;
  }

  /// The step from which on snapshots enter averages over time: behind a share of the last stage.
  int settled(SimulationConfig config) {
    List<Stage> stages = dynamics.stages();
    int start = stages.size() == 1 ? 0 : stages.get(stages.size() - 2).until();
    return start + (int) Math.ceil(config.settle() * (config.steps() - start));
  }

  /// Snapshots after the start, evenly, and the start itself.
  public static int[] snapshots(SimulationConfig config) {
    int count = Math.min(config.snapshots(), config.steps());
    int[] at = new int[count + 1];
    for (int i = 0; i <= count; i++) {
      at[i] = (int) ((long) i * config.steps() / count);
    }
    return at;
  }
}
