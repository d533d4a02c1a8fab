package io.scorefield.experiment.simulation;

import io.scorefield.engine.Boundary.Side;
import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.simulation.Dynamics;
import io.scorefield.simulation.Energy;
import io.scorefield.simulation.Interval;
import io.scorefield.simulation.exact.Canonical;
import io.scorefield.simulation.exact.DrivenRing;
import io.scorefield.simulation.exact.PassageTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/// What is known of a simulation exactly, by quadrature.
///
/// @param start where its walkers begin, [n, D]
/// @param canonical the grid of its energy, where Boltzmann's distribution is the steady state
record ExactValues(SimulationSetup setup, float[] start, Optional<Canonical> canonical) {
  /// @param states walkers at the end, [n, D]: where the grid is
  static ExactValues of(SimulationSetup setup, SimulationConfig config, float[] start, float[] states) {
    Dynamics dynamics = setup.dynamics();
    boolean equilibrium = !dynamics.energy().isDriven() && !dynamics.absorbs() && dynamics.laws().isEmpty();
    return new ExactValues(
        setup, start,
        equilibrium
            ? Canonical.of(
                dynamics.energy(), setup.intervals(), states,
                Math.max(dynamics.temperature(0), dynamics.temperature(config.steps())))
            : Optional.empty());
  }

  /// The exact density in one dimension, places and values.
  double[][] line(double temperature) {
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
        && setup.dynamics().laws().isEmpty() && setup.dynamics().stages().size() == 1;
  }

  /// The steady state of a driven ring.
  Optional<DrivenRing> ring() {
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

  /// The mean time until the walkers are absorbed, over where they start.
  Optional<Double> passage() {
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
