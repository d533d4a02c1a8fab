package io.scorefield.experiment.simulation;

import io.scorefield.engine.Boundary.Side;
import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.report.SimulationPicture;
import io.scorefield.simulation.Absorption;
import io.scorefield.simulation.Average;
import io.scorefield.simulation.Dynamics;
import io.scorefield.simulation.Energy;
import io.scorefield.simulation.Interval;
import io.scorefield.simulation.Observables;
import io.scorefield.simulation.Observation;
import io.scorefield.simulation.Quantity;
import io.scorefield.simulation.exact.Boltzmann;
import io.scorefield.simulation.exact.Canonical;
import io.scorefield.simulation.exact.DrivenRing;
import io.scorefield.simulation.exact.PassageTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/// What a simulation has given, beside what is known of it exactly.
public final class SimulationResults {
  private final SimulationConfig config;
  private final SimulationSetup setup;
  private final float[] start;
  private final float[] states;
  private final Observables observables;
  private final Absorption absorption;
  private final long rejected;
  private final Optional<Canonical> canonical;

  SimulationResults(
      SimulationConfig config, SimulationSetup setup, float[] start, float[] states, Observables observables,
      Absorption absorption, long rejected) {
    this.config = config;
    this.setup = setup;
    this.start = start;
    this.states = states;
    this.observables = observables;
    this.absorption = absorption;
    this.rejected = rejected;
    Dynamics dynamics = setup.dynamics();
    boolean equilibrium = !dynamics.energy().isDriven() && !dynamics.absorbs() && dynamics.laws().isEmpty();
    canonical =
        equilibrium
            ? Canonical.of(
                dynamics.energy(), setup.intervals(), states,
                Math.max(dynamics.temperature(0), dynamics.temperature(config.steps())))
            : Optional.empty();
  }

  /// The walkers at the end, [n, D].
  public float[] states() {
    return states;
  }

  public List<Observation> observations() {
    return observables.observations();
  }

  /// Times of absorption.
  public double[] passageTimes() {
    return absorption.times(config.step());
  }

  /// What pictures show.
  SimulationPicture pictured() {
    double last = setup.dynamics().temperature(config.steps());
    return new SimulationPicture(
        places(), setup.intervals(), canonical, line(last), last, alive(), passageTimes());
  }

  /// The exact density in one dimension, places and values.
  private double[][] line(double temperature) {
    if (setup.dynamics().energy().coordinates() == 1 && canonical.isPresent()) {
      Canonical grid = canonical.get();
      double[] shares = grid.marginal(grid.at(temperature).shares(), 0);
      double cell = (grid.highest()[0] - grid.lowest()[0]) / shares.length;
      double[][] line = new double[2][shares.length];
      Arrays.setAll(line[0], i -> grid.lowest()[0] + (i + 0.5) * cell);
      Arrays.setAll(line[1], i -> shares[i] / cell);
      return line;
    }
    return ring().map(ring -> new double[][] {ring.places(), ring.density()}).orElse(new double[2][0]);
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
    Optional<Boltzmann> exact = canonical.map(grid -> grid.at(last.temperature()));
    List<Quantity> table = new ArrayList<>();
    if (!dynamics.absorbs()) {
      table.add(Quantity.of("energy", observables.energy(), exact.map(Boltzmann::energy)));
      if (dynamics.temperature().isConstant()) {
        table.add(
            Quantity.of(
                "heat-capacity", observables.heatCapacity(),
                exact.map(known -> known.variance() / (last.temperature() * last.temperature()))));
      }
      if (!dynamics.confines() && !dynamics.energy().isDriven() && dynamics.laws().isEmpty()) {
        // It is T where the density can be normalised: not where all particles can drift away together.
        table.add(
            Quantity.of("virial-temperature", observables.virial(), exact.map(Boltzmann::temperature)));
      }
      if (!Double.isNaN(last.entropy().mean())) {
        table.add(Quantity.of("entropy", last.entropy(), exact.map(Boltzmann::entropy)));
        table.add(Quantity.of("free-energy", last.freeEnergy(), exact.map(Boltzmann::freeEnergy)));
      }
    }
    for (int k = 0; k < dynamics.energy().modes(); k++) {
      int mode = k;
      int modeComponent = setup.intervals().size() - 1;
      table.add(
          Quantity.of(
              "mode-" + k + "-share", observables.inMode(k),
              canonical.map(
                  grid -> grid.marginal(grid.at(last.temperature()).shares(), modeComponent)[mode])));
    }
    if (dynamics.energy().isDriven() && !dynamics.absorbs()) {
      table.add(Quantity.of("entropy-production", observables.production(), ring().map(DrivenRing::entropyProduction)));
    }
    if (dynamics.absorbs()) {
      int gone = config.walkers() - last.alive();
      table.add(Quantity.of("absorbed-share", share(gone, config.walkers()), Optional.empty()));
      if (last.alive() == 0) {
        table.add(Quantity.of("passage-time", Average.of(passageTimes()), passage()));
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

  private static DoubleUnaryOperator value(Tape tape, boolean objective) {
    TapeRunner runner = new TapeRunner(tape);
    double[] residual = new double[tape.residuals()];
    return x -> {
      double value = runner.forward(new double[] {x}, 0, residual);
      return objective ? value : residual[0];
    };
  }

  private boolean isLine() {
    return setup.intervals().size() == 1 && setup.dynamics().temperature().isConstant()
        && setup.dynamics().laws().isEmpty();
  }

  private Optional<DrivenRing> ring() {
    Interval at = setup.intervals().getFirst();
    Energy energy = setup.dynamics().energy();
    if (!isLine() || !energy.isDriven() || at.boundary().lower() != Side.PERIODIC) {
      return Optional.empty();
    }
    return Optional.of(
        DrivenRing.of(
            value(energy.potential(), true), value(energy.forces().get(0), false), setup.dynamics().temperature(0),
            at.lowest(), at.highest()));
  }

  private Optional<Double> passage() {
    Interval at = setup.intervals().getFirst();
    if (!isLine() || setup.dynamics().energy().isDriven() || at.boundary().lower() == Side.OPEN
        || at.boundary().upper() == Side.OPEN) {
      return Optional.empty();
    }
    PassageTime time =
        new PassageTime(value(setup.dynamics().energy().potential(), true), setup.dynamics().temperature(0), at);
    double sum = 0;
    for (float x : start) {
      sum += time.from(x);
    }
    return Optional.of(sum / start.length);
  }
}
