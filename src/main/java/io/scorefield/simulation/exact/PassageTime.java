package io.scorefield.simulation.exact;

import io.scorefield.engine.Boundary.Side;
import io.scorefield.simulation.Interval;
import java.util.function.DoubleUnaryOperator;

/// Mean time until a walker in one dimension is absorbed: the solution of T m'' - U' m' = -1 with m = 0 at an absorbing
/// end and m' = 0 at a wall, by quadrature.
///
/// Source: Gardiner, Handbook of Stochastic Methods, section 5.2.7.
public final class PassageTime {
  private static final int CELLS = 4000;

  private final Cumulative scale;
  private final Cumulative source;
  private final double constant;
  private final double slope;

  /// @param interval with two ends, one of them at least absorbing
  public PassageTime(DoubleUnaryOperator energy, double temperature, Interval interval) {
    Side lower = interval.boundary().lower();
    Side upper = interval.boundary().upper();
    if (!interval.absorbs() || lower == Side.OPEN || upper == Side.OPEN) {
      throw new IllegalArgumentException("a passage time needs an absorbing end and another end or wall");
    }
    double a = interval.lowest();
    double b = interval.highest();
    double zero = energy.applyAsDouble((a + b) / 2);
    DoubleUnaryOperator up = y -> Math.exp((energy.applyAsDouble(y) - zero) / temperature);
    Cumulative weight = new Cumulative(y -> 1 / up.applyAsDouble(y), a, b, CELLS);
    scale = new Cumulative(up, a, b, CELLS);
    source = new Cumulative(y -> up.applyAsDouble(y) * weight.at(y) / temperature, a, b, CELLS);
    // m(x) = constant + slope scale(x) - source(x)
    slope =
        lower == Side.REFLECTING
            ? 0
            : upper == Side.REFLECTING ? weight.total() / temperature : source.total() / scale.total();
    constant = lower == Side.REFLECTING ? source.total() : 0;
  }

  /// Of a walker that starts at x.
  public double from(double x) {
    return constant + slope * scale.at(x) - source.at(x);
  }
}
