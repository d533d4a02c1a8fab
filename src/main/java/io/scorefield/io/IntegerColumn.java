package io.scorefield.io;

import java.io.IOException;
import java.nio.file.Path;

/// A column of a file whose cells are whole numbers.
///
/// @param values `[N]`
public record IntegerColumn(long[] values) {
  /// Above it double precision does not tell whole numbers apart.
  private static final double MOST = 0x1p53;

  /// Reads the column that is chosen, of a file of any format that points are read from.
  ///
  /// @throws FormatException with the line, or the row, of what is no whole number
  public static IntegerColumn read(Path file, Columns column, Reading reading) throws IOException {
    String name = column.wanted().getFirst();
    CellColumn cells = TableFile.of(file, reading).cells(column);
    long[] values = new long[cells.cells().size()];
    for (int i = 0; i < values.length; i++) {
      String cell = cells.cells().get(i);
      if (!isWhole(cell)) {
        throw refused(cells.places().get(i), cell, name);
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
