package io.scorefield.io;

import java.io.IOException;
import java.util.List;

/// A file whose columns have names and types of their own, all of one length.
public interface ColumnFile {
  /// A column.
  ///
  /// @param name as the file has it
  /// @param type what it holds
  /// @param kind of what it holds, as a message says it: "a list"
  record Column(String name, Type type, String kind) {}

  /// What a column holds.
  enum Type {
    /// Numbers that float32 holds exactly.
    SINGLE,
    /// Other numbers.
    DOUBLE,
    TEXT,
    /// What is not read, such as dates and lists.
    OTHER
  }

  /// Takes numbers.
  @FunctionalInterface
  interface Sink {
    /// @param row from 0
    /// @param place of the column among those that are read
    /// @param value NaN where it is missing
    void put(int row, int place, double value);
  }

  /// The columns.
  List<Column> columns();

  /// N.
  long rows();

  /// The same table with the column that numbers the rows, where that is none of the columns.
  default ColumnFile withNumbering() {
    return this;
  }

  /// Whether a column of numbers is one of whole numbers or truth values.
  boolean isWhole(int place);

  /// Takes whole numbers.
  @FunctionalInterface
  interface WholeSink {
    /// Takes the number of a row.
    ///
    /// @param row from 0
    /// @param value 0 where it is missing
    void put(int row, long value, boolean missing) throws FormatException;
  }

  /// Reads a column of whole numbers.
  ///
  /// @throws FormatException for a number that 64 bits with a sign do not hold
  void wholes(int place, WholeSink sink) throws IOException;

  /// Lines for the user about how the file is read.
  List<String> notes();

  /// Reads columns of numbers.
  ///
  /// @param places of the columns
  void numbers(int[] places, Sink sink) throws IOException;

  /// Reads a column of text; null where it is missing.
  List<String> texts(int place) throws IOException;
}
