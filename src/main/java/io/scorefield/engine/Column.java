package io.scorefield.engine;

/// A column of a table that engines read. The enum of a table's columns is that table: its order is the order in memory,
/// in Java as in the struct of `kernels/include/tables.cuh`, where a column has the same name. A new column is a constant
/// there and a line in the struct.
public interface Column {
  String name();

  int ordinal();

  /// The number of a row that says nothing else.
  double ordinary();

  /// Whether engines read it as an integer of 32 bits; else it is a float.
  boolean integer();

  /// The ordinary numbers of all columns.
  static double[] ordinary(Column[] columns) {
    double[] row = new double[columns.length];
    for (Column column : columns) {
      row[column.ordinal()] = column.ordinary();
    }
    return row;
  }
}
