package io.scorefield.simulation.exact;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// The steady state of a walker on a ring with an energy and a force, by quadrature.
///
/// With V = U - W, W the work of the force from the ring's beginning, the density is
/// p(x) = N exp(-V(x)/T) times the integral of exp(V/T) over one turn from x, and the current
/// J = N T (1 - exp(-W_turn / T)).
///
/// Source: Risken, The Fokker-Planck Equation, section 11.3.
///
/// @param current J, turns a unit of time
/// @param work of the force in one turn
/// @param places evenly around the ring
/// @param density p there
public record DrivenRing(double current, double work, double temperature, double[] places, double[] density) {
  private static final int CELLS = 4000;
  private static final int SHOWN = 201;

  /// @param energy U, periodic
  /// @param force F, periodic
  public static DrivenRing of(
      DoubleUnaryOperator energy, DoubleUnaryOperator force, double temperature, double lowest, double highest) {
    double length = highest - lowest;
    Cumulative work = new Cumulative(force, lowest, highest, CELLS);
    double turn = work.total();
    double zero = energy.applyAsDouble(lowest);
    DoubleUnaryOperator tilted =
        x -> {
          double turns = Math.floor((x - lowest) / length);
          double within = x - turns * length;
          return (energy.applyAsDouble(within) - zero - work.at(within) - turns * turn) / temperature;
        };
    Cumulative up = new Cumulative(x -> Math.exp(tilted.applyAsDouble(x)), lowest, highest + length, 2 * CELLS);
    DoubleUnaryOperator density = x -> Math.exp(-tilted.applyAsDouble(x)) * (up.at(x + length) - up.at(x));
    double total = new Cumulative(density, lowest, highest, CELLS).total();
    double[] places = new double[SHOWN];
    Arrays.setAll(places, i -> lowest + i * length / (SHOWN - 1));
    return new DrivenRing(
        temperature * -Math.expm1(-turn / temperature) / total, turn, temperature, places,
        Arrays.stream(places).map(x -> density.applyAsDouble(x) / total).toArray());
  }

  /// Entropy production, in units of Boltzmann's constant a unit of time: J W_turn / T.
  public double entropyProduction() {
    return current * work / temperature;
  }
}
