package io.scorefield.simulation;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Short simulations at single temperatures, one after the other, which measure the heat capacity for a schedule.
///
/// The walkers of a pilot go on in the next, so each begins close to its equilibrium. Every pilot has a seed of its own.
///
/// @param dynamics whose heat capacity is measured; its temperature is not used
/// @param temperatures of the pilots, in the order in which they run
/// @param steps of each; the first half of them is not averaged over
public record Pilots(Dynamics dynamics, double[] temperatures, int steps) {
  /// Between the seeds of two pilots.
  private static final long APART = 1L << 52;

  /// Moments of a pilot that are averaged over, at most.
  private static final int MOMENTS = 50;

  /// A heat capacity below so much, in units of Boltzmann's constant, or of (<U> / T)^2, is nothing but rounding.
  private static final double LEAST = 1e-9;
  private static final double ROUNDING = 1e-12;

  /// @throws IllegalArgumentException when the energies of such dynamics do not tell a heat capacity, with the reason
  public Pilots {
    if (dynamics.energy().isDriven()) {
      throw new IllegalArgumentException(
          "a learned temperature needs forces that come from an energy alone: the heat capacity is Var(U) / T^2 in "
              + "equilibrium only, which a driven system is not in");
    }
    if (dynamics.absorbs()) {
      throw new IllegalArgumentException(
          "a learned temperature does not go with absorbing boundaries: a heat capacity is one of equilibrium, where walkers "
              + "stay");
    }
    if (dynamics.stages().size() > 1) {
      throw new IllegalArgumentException(
          "a learned temperature does not go with stages: each has a heat capacity of its own");
    }
    if (temperatures.length == 0 || steps < 1) {
      throw new IllegalArgumentException("pilots need temperatures and steps");
    }
  }

  /// What a pilot measured.
  ///
  /// @param energy <U>
  /// @param capacity Var(U) / T^2
  public record Pilot(double temperature, Average energy, Average capacity) {}

  /// Is told before a pilot begins.
  @FunctionalInterface
  public interface Observer {
    /// @param pilot its number, from 0
    void begins(int pilot) throws IOException;
  }

  /// Runs all pilots.
  ///
  /// @param states walkers at their start, [n, D]; afterwards where the last pilot left them
  /// @param seed of the simulation that the pilots are for
  /// @throws EngineException when a walker stops being finite, or the energy does not vary
  public List<Pilot> run(Engine engine, float[] states, long seed, Observer observer) throws IOException {
    List<Pilot> pilots = new ArrayList<>();
    for (int k = 0; k < temperatures.length; k++) {
      observer.begins(k);
      pilots.add(one(engine, states, seed + (k + 1) * APART, temperatures[k]));
    }
    return pilots;
  }

  private Pilot one(Engine engine, float[] states, long seed, double temperature) throws IOException {
    Dynamics own =
        new Dynamics(
            dynamics.energy(), dynamics.integrator(), new Temperature.Constant(temperature), dynamics.length(), steps,
            dynamics.intervals(), dynamics.laws());
    int walkers = states.length / dynamics.energy().dimension();
    int settled = (steps + 1) / 2;
    int moments = Math.min(MOMENTS, steps - settled + 1);
    int[] snapshots = new int[moments];
    Arrays.setAll(snapshots, i -> steps - (int) ((long) (moments - 1 - i) * (steps - settled) / Math.max(1, moments - 1)));
    Absorption absorption = new Absorption(walkers, dynamics.intervals());
    Fluctuation fluctuation = new Fluctuation(walkers);
    try {
      new Simulation(engine, own, seed)
          .run(
              states, snapshots, absorption,
              (snapshot, step, seen) ->
                  fluctuation.add(Evaluation.of(own.energy(), List.of(), temperature, seen, absorption).energy()));
    } catch (EngineException e) {
      throw new EngineException("the pilot at T = " + (float) temperature + ": " + e.getMessage());
    }
    Average capacity = fluctuation.heatCapacity(temperature);
    double relative = fluctuation.energy().mean() / temperature;
    if (!(capacity.mean() > Math.max(LEAST, ROUNDING * relative * relative))) {
      throw new EngineException(
          "the energy of the pilot at T = " + (float) temperature + " does not vary (<U> = "
              + (float) fluctuation.energy().mean() + "): there is no heat capacity to learn a temperature from; take "
              + "another kind of schedule");
    }
    return new Pilot(temperature, fluctuation.energy(), capacity);
  }
}
