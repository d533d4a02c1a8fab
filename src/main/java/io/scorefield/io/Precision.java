package io.scorefield.io;

import io.scorefield.io.TypedColumn.Doubles;
import io.scorefield.io.TypedColumn.Numeric;
import io.scorefield.io.TypedColumn.Singles;
import io.scorefield.io.TypedColumn.Wholes;

/// Columns of numbers in single or double precision.
final class Precision {
  private Precision() {}

  /// @throws IllegalArgumentException where a number is beyond single precision, or a whole one beyond double precision
  static TypedColumn of(Numeric column, boolean single) {
    return single ? singles(column) : doubles(column);
  }

  private static Singles singles(Numeric column) {
    float[] values = new float[column.rows()];
    for (int row = 0; row < values.length; row++) {
      values[row] = (float) column.at(row);
      if (Float.isInfinite(values[row]) && !Double.isInfinite(column.at(row))) {
        throw new IllegalArgumentException(
            said(column) + " has " + column.text(row) + " in row " + (row + 1) + ", which is beyond float32 (3.4e38)");
      }
    }
    return new Singles(column.name(), values);
  }

  /// @throws IllegalArgumentException where a whole number is beyond double precision
  static Doubles doubles(Numeric column) {
    double[] values = new double[column.rows()];
    for (int row = 0; row < values.length; row++) {
      values[row] = column.at(row);
      if (column instanceof Wholes wholes && !wholes.fitsDouble(row)) {
        throw new IllegalArgumentException(
            said(column) + " has the whole number " + column.text(row) + " in row " + (row + 1)
                + ", of which float64 loses digits");
      }
    }
    return new Doubles(column.name(), values);
  }

  private static String said(Numeric column) {
    return column.name().isEmpty() ? "a column" : "column '" + column.name() + "'";
  }
}
