package io.scorefield.simulation.exact;

import io.scorefield.engine.Boundary.Side;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.simulation.Energy;
import io.scorefield.simulation.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An energy on a grid over one or two components, for Boltzmann's distributions at any temperature. The modes of a
/// mixture are a component more, with a cell each.
///
/// @param lowest of the grid, `[D]`
/// @param cells along each component, `[D]`; the last component varies fastest
/// @param energies U in the middle of each cell
public record Canonical(double[] lowest, double[] highest, int[] cells, double[] energies) {
  private static final int[][] CELLS = {{4000}, {320, 320}};

  /// The grid ends where the density has fallen by this power of e.
  private static final double DEPTH = 30;

  private static final int MOST_DOUBLINGS = 12;

  /// The grid of an energy: from boundary to boundary, and where there is none as far as walkers can come.
  ///
  /// @param states walkers [n, D], where the search begins
  /// @param temperature the highest that is asked for
  /// @return none in more dimensions, or where the density does not fall off
  public static Optional<Canonical> of(
      Energy energy, List<Interval> intervals, float[] states, double temperature) {
    int dimension = intervals.size();
    if (energy.coordinates() > CELLS.length || states.length == 0) {
      return Optional.empty();
    }
    int[] cells = Arrays.copyOf(CELLS[energy.coordinates() - 1], dimension);
    if (energy.modes() > 0) {
      cells[dimension - 1] = energy.modes();
    }
    double[] lowest = new double[dimension];
    double[] highest = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      lowest[d] = Double.POSITIVE_INFINITY;
      highest[d] = Double.NEGATIVE_INFINITY;
      for (int i = d; i < states.length; i += dimension) {
        lowest[d] = Math.min(lowest[d], states[i]);
        highest[d] = Math.max(highest[d], states[i]);
      }
      double margin = Math.max(1e-3, 0.25 * (highest[d] - lowest[d]));
      Interval at = intervals.get(d);
      lowest[d] = at.boundary().lower() == Side.OPEN ? lowest[d] - margin : at.lowest();
      highest[d] = at.boundary().upper() == Side.OPEN ? highest[d] + margin : at.highest();
    }
    for (int doubling = 0; doubling < MOST_DOUBLINGS; doubling++) {
      Canonical grid = new Canonical(lowest.clone(), highest.clone(), cells, energies(energy.potential(), lowest, highest, cells));
      if (!grid.widen(intervals, temperature, lowest, highest)) {
        return Optional.of(grid);
      }
    }
    return Optional.empty();
  }

  /// Moves open ends at which the density has not fallen off; whether there are any.
  private boolean widen(List<Interval> intervals, double temperature, double[] low, double[] high) {
    double least = Double.POSITIVE_INFINITY;
    for (double energy : energies) {
      least = Math.min(least, energy);
    }
    boolean widened = false;
    for (int d = 0; d < cells.length; d++) {
      double length = highest[d] - lowest[d];
      if (intervals.get(d).boundary().lower() == Side.OPEN && edge(d, 0) < least + DEPTH * temperature) {
        low[d] -= length / 2;
        widened = true;
      }
      if (intervals.get(d).boundary().upper() == Side.OPEN && edge(d, cells[d] - 1) < least + DEPTH * temperature) {
        high[d] += length / 2;
        widened = true;
      }
    }
    return widened;
  }

  /// The least energy of the cells at a place along a component.
  private double edge(int component, int place) {
    double least = Double.POSITIVE_INFINITY;
    int stride = stride(component);
    for (int i = 0; i < energies.length; i++) {
      least = i / stride % cells[component] == place ? Math.min(least, energies[i]) : least;
    }
    return least;
  }

  private int stride(int component) {
    return stride(cells, component);
  }

  private static int stride(int[] cells, int component) {
    int stride = 1;
    for (int d = component + 1; d < cells.length; d++) {
      stride *= cells[d];
    }
    return stride;
  }

  private static double[] energies(Tape potential, double[] lowest, double[] highest, int[] cells) {
    TapeRunner runner = new TapeRunner(potential);
    double[] energies = new double[Arrays.stream(cells).reduce(1, Math::multiplyExact)];
    double[] x = new double[cells.length];
    for (int i = 0; i < energies.length; i++) {
      for (int d = 0; d < x.length; d++) {
        int place = i / stride(cells, d) % cells[d];
        x[d] = lowest[d] + (place + 0.5) * (highest[d] - lowest[d]) / cells[d];
      }
      energies[i] = runner.forward(x, 0, new double[0]);
    }
    return energies;
  }

  /// Shares of the places along a component: those of the cells there, added up.
  public double[] marginal(double[] shares, int component) {
    double[] sums = new double[cells[component]];
    for (int i = 0; i < shares.length; i++) {
      sums[i / stride(component) % cells[component]] += shares[i];
    }
    return sums;
  }

  /// The volume of a cell.
  public double volume() {
    double volume = 1;
    for (int d = 0; d < cells.length; d++) {
      volume *= (highest[d] - lowest[d]) / cells[d];
    }
    return volume;
  }

  /// Boltzmann's distribution.
  public Boltzmann at(double temperature) {
    return Boltzmann.of(energies, volume(), temperature);
  }
}
