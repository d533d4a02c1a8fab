package io.scorefield.simulation.exact;

import java.util.function.DoubleUnaryOperator;

/// The integral of a function from the left end of an interval, by Simpson's rule in every cell.
final class Cumulative {
  private final double[] values;
  private final double lowest;
  private final double cell;

  /// @param cells of the interval
  Cumulative(DoubleUnaryOperator function, double lowest, double highest, int cells) {
    this.lowest = lowest;
    cell = (highest - lowest) / cells;
    values = new double[cells + 1];
    double left = function.applyAsDouble(lowest);
    for (int i = 0; i < cells; i++) {
      double middle = function.applyAsDouble(lowest + (i + 0.5) * cell);
      double right = function.applyAsDouble(lowest + (i + 1) * cell);
      values[i + 1] = values[i] + cell * (left + 4 * middle + right) / 6;
      left = right;
    }
  }

  /// The integral up to x.
  double at(double x) {
    double place = Math.clamp((x - lowest) / cell, 0, values.length - 1);
    int left = Math.min((int) place, values.length - 2);
    return values[left] + (place - left) * (values[left + 1] - values[left]);
  }

  /// The integral over the whole interval.
  double total() {
    return values[values.length - 1];
  }
}
