package io.scorefield.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// A column of a file whose cells are whole numbers.
///
/// @param values `[N]`
public record IntegerColumn(long[] values) {
  /// Above it double precision does not tell whole numbers apart.
  private static final double MOST = 0x1p53;

  /// Reads the column that is chosen of a .csv or .npy file.
  ///
  /// @throws FormatException with the line, or the row of a .npy file, of what is no whole number
  public static IntegerColumn read(Path file, Columns column) throws IOException {
    String name = column.wanted().getFirst();
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
      Points points = Points.read(file, column);
      long[] values = new long[points.size()];
      for (int i = 0; i < values.length; i++) {
        double value = points.numbers().at(i);
        if (!isWhole(value)) {
          throw refused(file + ": row " + (i + 1), String.valueOf(value), name);
        }
        values[i] = (long) value;
      }
      return new IntegerColumn(values);
    }
    CellColumn cells = CellColumn.read(file, column);
    long[] values = new long[cells.cells().size()];
    for (int i = 0; i < values.length; i++) {
      String cell = cells.cells().get(i);
      if (!isWhole(cell)) {
        throw refused(file + ":" + cells.lines().get(i), cell, name);
      }
      values[i] = (long) Double.parseDouble(cell);
    }
    return new IntegerColumn(values);
  }

  /// Whether a cell is a whole number that double precision holds: 3, or 3.0.
  static boolean isWhole(String cell) {
    return Decimal.isPlain(cell) && isWhole(Double.parseDouble(cell));
  }

  private static boolean isWhole(double value) {
    return value == Math.rint(value) && Math.abs(value) <= MOST;
  }

  private static FormatException refused(String where, String cell, String column) {
    return new FormatException(
        where + ": '" + (cell.length() > 40 ? cell.substring(0, 40) + "..." : cell) + "' in column '" + column
            + "' is not a whole number; correct it, or take the column out of data.integers");
  }
}
