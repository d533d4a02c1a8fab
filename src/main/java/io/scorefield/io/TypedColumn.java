package io.scorefield.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/// A column of a table with the type that its file gives it.
public sealed interface TypedColumn {
  /// As the file has it; empty where it has none.
  String name();

  /// N.
  int rows();

  /// Whether a cell says nothing.
  boolean isMissing(int row);

  /// A cell as text, so that the same number is read back; one that is missing is empty.
  String text(int row);

  /// The same column with another name.
  TypedColumn named(String name);

  /// Rows from one to another, without the last.
  TypedColumn rows(int from, int to);

  /// A column whose cells are numbers; one that is missing is NaN.
  sealed interface Numeric extends TypedColumn {
    /// The number in double precision.
    double at(int row);
  }

  /// Single precision.
  record Singles(String name, float[] values) implements Numeric {
    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public boolean isMissing(int row) {
      return Float.isNaN(values[row]);
    }

    @Override
    public double at(int row) {
      return values[row];
    }

    @Override
    public String text(int row) {
      return number(values[row], String.valueOf(values[row]));
    }

    @Override
    public Singles named(String name) {
      return new Singles(name, values);
    }

    @Override
    public Singles rows(int from, int to) {
      return new Singles(name, Arrays.copyOfRange(values, from, to));
    }
  }

  /// Double precision.
  record Doubles(String name, double[] values) implements Numeric {
    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public boolean isMissing(int row) {
      return Double.isNaN(values[row]);
    }

    @Override
    public double at(int row) {
      return values[row];
    }

    @Override
    public String text(int row) {
      return number(values[row], String.valueOf(values[row]));
    }

    @Override
    public Doubles named(String name) {
      return new Doubles(name, values);
    }

    @Override
    public Doubles rows(int from, int to) {
      return new Doubles(name, Arrays.copyOfRange(values, from, to));
    }
  }

  /// Whole numbers of 64 bits.
  ///
  /// @param missing rows that say nothing; their values are 0
  record Wholes(String name, long[] values, BitSet missing) implements Numeric {
    /// Double precision tells all whole numbers up to it apart.
    private static final long MOST = 1L << 53;

    /// Whether double precision holds the number of a row.
    boolean fitsDouble(int row) {
      return Math.abs(values[row]) <= MOST || (long) (double) values[row] == values[row] && values[row] != Long.MAX_VALUE;
    }

    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public boolean isMissing(int row) {
      return missing.get(row);
    }

    @Override
    public double at(int row) {
      return missing.get(row) ? Double.NaN : values[row];
    }

    @Override
    public String text(int row) {
      return missing.get(row) ? "" : String.valueOf(values[row]);
    }

    @Override
    public Wholes named(String name) {
      return new Wholes(name, values, missing);
    }

    @Override
    public Wholes rows(int from, int to) {
      return new Wholes(name, Arrays.copyOfRange(values, from, to), missing.get(from, to));
    }
  }

  /// Texts.
  ///
  /// @param values of which a missing one is null
  record Texts(String name, List<String> values) implements TypedColumn {
    public Texts {
      values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    @Override
    public int rows() {
      return values.size();
    }

    @Override
    public boolean isMissing(int row) {
      return values.get(row) == null;
    }

    @Override
    public String text(int row) {
      return isMissing(row) ? "" : values.get(row);
    }

    @Override
    public Texts named(String name) {
      return new Texts(name, values);
    }

    @Override
    public Texts rows(int from, int to) {
      return new Texts(name, values.subList(from, to));
    }
  }

  private static String number(double value, String text) {
    return Double.isNaN(value) ? "" : Double.isInfinite(value) ? value > 0 ? "inf" : "-inf" : text;
  }
}
