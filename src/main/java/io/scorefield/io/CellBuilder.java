package io.scorefield.io;

import java.util.Arrays;
import java.util.BitSet;
import java.util.regex.Pattern;

/// Gathers the cells of a column of text as values of one type.
interface CellBuilder {
  /// Takes the cell of a row.
  ///
  /// @return whether it is missing
  /// @throws NumberFormatException where it is not of the type
  boolean put(int row, String cell);

  /// The column of all cells.
  TypedColumn column();

  /// What the cells of a column are; a later one holds those of all before.
  enum Kind {
    WHOLE,
    REAL,
    TEXT;

    private static final Pattern DIGITS = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern NEGATIVE_ZERO = Pattern.compile("-0+");

    /// That of a cell which is not missing. A whole number of more digits than 64 bits hold is a text, which keeps them, and
    /// -0 is real, because whole numbers have no such sign.
    static Kind of(String cell) {
      if (!Decimal.isPlain(cell)) {
        return isInfinite(cell) ? REAL : TEXT;
      }
      if (!DIGITS.matcher(cell).matches() || NEGATIVE_ZERO.matcher(cell).matches()) {
        return REAL;
      }
      try {
        Long.parseLong(cell);
        return WHOLE;
      } catch (NumberFormatException e) {
        return TEXT;
      }
    }

    /// @param rows of the column
    CellBuilder builder(String name, int rows, Reading reading) {
      return switch (this) {
        case WHOLE -> wholes(name, rows, reading);
        case REAL -> reals(name, rows, reading);
        case TEXT -> texts(name, rows, reading);
      };
    }
  }

  private static boolean isInfinite(String cell) {
    // Numbers are told by their last letter alone.
    return !cell.isEmpty() && Character.isLetter(cell.charAt(cell.length() - 1)) && cell.matches("(?i)[+-]?inf(inity)?");
  }

  /// A number, or an infinity.
  private static double real(String cell) {
    return isInfinite(cell) ? cell.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY : Double.parseDouble(cell);
  }

  private static CellBuilder wholes(String name, int rows, Reading reading) {
    long[] values = new long[rows];
    BitSet missing = new BitSet();
    return new CellBuilder() {
      @Override
      public boolean put(int row, String cell) {
        boolean gap = reading.isMissing(cell);
        values[row] = gap ? 0 : Long.parseLong(cell);
        missing.set(row, gap);
        return gap;
      }

      @Override
      public TypedColumn column() {
        return new TypedColumn.Wholes(name, values, missing);
      }
    };
  }

  private static CellBuilder reals(String name, int rows, Reading reading) {
    double[] values = new double[rows];
    return new CellBuilder() {
      @Override
      public boolean put(int row, String cell) {
        values[row] = reading.isMissing(cell) ? Double.NaN : real(cell);
        return Double.isNaN(values[row]);
      }

      @Override
      public TypedColumn column() {
        return new TypedColumn.Doubles(name, values);
      }
    };
  }

  private static CellBuilder texts(String name, int rows, Reading reading) {
    String[] values = new String[rows];
    return new CellBuilder() {
      @Override
      public boolean put(int row, String cell) {
        values[row] = cell.isBlank() || reading.isMark(cell) ? null : cell;
        return values[row] == null;
      }

      @Override
      public TypedColumn column() {
        return new TypedColumn.Texts(name, Arrays.asList(values));
      }
    };
  }
}
