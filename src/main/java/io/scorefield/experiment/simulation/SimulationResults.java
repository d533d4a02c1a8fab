package io.scorefield.experiment.simulation;

import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.report.SimulationPicture;
import io.scorefield.simulation.Absorption;
import io.scorefield.simulation.Average;
import io.scorefield.simulation.Dynamics;
import io.scorefield.simulation.Observables;
import io.scorefield.simulation.Observation;
import io.scorefield.simulation.Pilots;
import io.scorefield.simulation.Quantity;
import io.scorefield.simulation.exact.Boltzmann;
import io.scorefield.simulation.exact.DrivenRing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a simulation has given, beside what is known of it exactly.
public final class SimulationResults {
  private final SimulationConfig config;
  private final SimulationSetup setup;
  private final float[] states;
  private final Observables observables;
  private final Absorption absorption;
  private final long rejected;
  private final List<Pilots.Pilot> pilots;
  private final ExactValues exact;

  SimulationResults(
      SimulationConfig config, SimulationSetup setup, float[] start, float[] states, Observables observables,
      Absorption absorption, long rejected, List<Pilots.Pilot> pilots) {
    this.config = config;
    this.setup = setup;
    this.states = states;
    this.observables = observables;
    this.absorption = absorption;
    this.rejected = rejected;
    this.pilots = List.copyOf(pilots);
    exact = ExactValues.of(setup, config, start, states);
  }

  /// The walkers at the end, [n, D].
  public float[] states() {
    return states;
  }

  public List<Observation> observations() {
    return observables.observations();
  }

  /// What the temperature was learned from; empty where it was given.
  public List<Pilots.Pilot> pilots() {
    return pilots;
  }

  /// Times of absorption.
  public double[] passageTimes() {
    return absorption.times(config.step());
  }

  /// What pictures show.
  SimulationPicture pictured() {
    double last = setup.dynamics().temperature(config.steps());
    return new SimulationPicture(
        places(), setup.intervals(), exact.canonical(), exact.line(last), last, alive(), passageTimes());
  }

  /// The walkers at the end without their modes.
  private float[] places() {
    int dimension = setup.intervals().size();
    int coordinates = setup.dynamics().energy().coordinates();
    float[] places = new float[config.walkers() * coordinates];
    for (int i = 0; i < places.length; i++) {
      places[i] = states[i / coordinates * dimension + i % coordinates];
    }
    return places;
  }

  private boolean[] alive() {
    boolean[] alive = new boolean[config.walkers()];
    for (int i = 0; i < alive.length; i++) {
      alive[i] = absorption.isAlive(i);
    }
    return alive;
  }

  /// The table of a simulation: averages over time at one temperature, of the last snapshot where it changes.
  public List<Quantity> quantities() {
    Dynamics dynamics = setup.dynamics();
    Observation last = observations().getLast();
    Optional<Boltzmann> boltzmann = exact.canonical().map(grid -> grid.at(last.temperature()));
    List<Quantity> table = new ArrayList<>();
    if (!dynamics.absorbs()) {
      table.add(Quantity.of("energy", observables.energy(), boltzmann.map(Boltzmann::energy)));
      if (dynamics.temperature().isConstant()) {
        table.add(
            Quantity.of(
                "heat-capacity", observables.heatCapacity(),
                boltzmann.map(known -> known.variance() / (last.temperature() * last.temperature()))));
      }
      if (!dynamics.confines() && !dynamics.energy().isDriven() && dynamics.laws().isEmpty()) {
        // It is T where the density can be normalised: not where all particles can drift away together.
        table.add(
            Quantity.of("virial-temperature", observables.virial(), boltzmann.map(Boltzmann::temperature)));
      }
      if (!Double.isNaN(last.entropy().mean())) {
        table.add(Quantity.of("entropy", last.entropy(), boltzmann.map(Boltzmann::entropy)));
        table.add(Quantity.of("free-energy", last.freeEnergy(), boltzmann.map(Boltzmann::freeEnergy)));
      }
    }
    for (int k = 0; k < dynamics.energy().modes(); k++) {
      int mode = k;
      int modeComponent = setup.intervals().size() - 1;
      table.add(
          Quantity.of(
              "mode-" + k + "-share", observables.inMode(k),
              exact.canonical().map(
                  grid -> grid.marginal(grid.at(last.temperature()).shares(), modeComponent)[mode])));
    }
    if (dynamics.energy().isDriven() && !dynamics.absorbs()) {
      table.add(Quantity.of("entropy-production", observables.production(), exact.ring().map(DrivenRing::entropyProduction)));
    }
    if (dynamics.absorbs()) {
      int gone = config.walkers() - last.alive();
      table.add(Quantity.of("absorbed-share", share(gone, config.walkers()), Optional.empty()));
      if (last.alive() == 0) {
        table.add(Quantity.of("passage-time", Average.of(passageTimes()), exact.passage()));
      }
    }
    for (int j = 0; j < setup.laws().size(); j++) {
      table.add(Quantity.of("law " + setup.laws().get(j).name(), last.residuals().get(j), Optional.empty()));
    }
    if (dynamics.integrator().isExact() && dynamics.energy().modes() == 0) {
      long proposals = (long) config.walkers() * config.steps();
      table.add(Quantity.of("acceptance", new Average(1 - (double) rejected / proposals, Double.NaN), Optional.empty()));
    }
    return table;
  }

  private static Average share(int some, int all) {
    double share = (double) some / all;
    return new Average(share, Math.sqrt(share * (1 - share) / all));
  }
}
