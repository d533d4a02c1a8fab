package io.scorefield.matter.molecule;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// A density of one number on an interval, and numbers drawn from it, by its distribution function on a fine grid.
final class TabulatedDensity {
  private static final int CELLS = 1 << 13;

  private final double low;
  private final double step;
  private final double[] cumulative = new double[CELLS + 1];

  /// @param density up to a factor, finite and not negative, with few wiggles on a grid of 8192 cells
  TabulatedDensity(double low, double high, DoubleUnaryOperator density) {
    this.low = low;
    step = (high - low) / CELLS;
    double before = density.applyAsDouble(low);
    for (int cell = 0; cell < CELLS; cell++) {
      // Simpson's rule, so that the table errs by step^4 only.
      double middle = density.applyAsDouble(low + (cell + 0.5) * step);
      double after = density.applyAsDouble(low + (cell + 1) * step);
      cumulative[cell + 1] = cumulative[cell] + step * (before + 4 * middle + after) / 6;
      before = after;
    }
  }

  /// The integral over the whole interval, the constant that the density lacks.
  double total() {
    return cumulative[CELLS];
  }

  /// The probability of what is below a number.
  double below(double x) {
    double at = Math.clamp((x - low) / step, 0, CELLS);
    int cell = Math.min(CELLS - 1, (int) at);
    return (cumulative[cell] + (at - cell) * (cumulative[cell + 1] - cumulative[cell])) / total();
  }

  /// The number that a share of the density is below.
  ///
  /// @param share strictly between 0 and 1
  double quantile(double share) {
    double wanted = share * total();
    int place = Arrays.binarySearch(cumulative, wanted);
    int cell = Math.clamp(place >= 0 ? place : -place - 2, 0, CELLS - 1);
    double width = cumulative[cell + 1] - cumulative[cell];
    return low + step * (cell + (width > 0 ? Math.min(1, (wanted - cumulative[cell]) / width) : 0.5));
  }
}
