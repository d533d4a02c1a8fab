package io.scorefield.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A table whose columns keep the types of their file: what goes from a file of one format into one of another.
///
/// @param columns at least one, of one length
/// @param notes lines for the user about how the file was read
public record TypedTable(List<TypedColumn> columns, List<String> notes) {
  public TypedTable {
    columns = List.copyOf(columns);
    notes = List.copyOf(notes);
  }

  /// Reads some columns of a file of any format that points are read from. Cells that are missing are counted in a note.
  ///
  /// @param numbering whether the column of a Parquet file that numbers samples is read; else the rows are put in its order only
  /// @throws FormatException when the file is damaged or empty, there is no such column, or it has what no column of a table is
  public static TypedTable read(Path file, Columns columns, Reading reading, boolean numbering) throws IOException {
    TypedTable table = TableFile.of(file, reading).typed(columns, numbering);
    return columns.all() ? table.withoutIndex(file) : table;
  }

  /// N.
  public int rows() {
    return columns.getFirst().rows();
  }

  /// Whether the columns have names.
  public boolean isNamed() {
    return columns.stream().noneMatch(column -> column.name().isEmpty());
  }

  /// The same with names for all columns.
  ///
  /// @throws IllegalArgumentException where there are more or fewer
  public TypedTable named(List<String> names) {
    if (names.size() != columns.size()) {
      throw new IllegalArgumentException(names.size() + " names do not fit " + columns.size() + " columns");
    }
    return new TypedTable(IntStream.range(0, names.size()).mapToObj(i -> columns.get(i).named(names.get(i))).toList(), notes);
  }

  /// The same with the usual names where no column has one, and `columnN` for some that have none.
  public TypedTable named() {
    if (isNamed()) {
      return this;
    }
    if (columns.stream().allMatch(column -> column.name().isEmpty())) {
      return named(Layout.usual(columns.size()).names());
    }
    return named(
        IntStream.range(0, columns.size())
            .mapToObj(i -> columns.get(i).name().isEmpty() ? "column" + i : columns.get(i).name())
            .toList());
  }

  /// Rows from one to another, without the last.
  ///
  /// @throws IllegalArgumentException where there are none
  public TypedTable rows(int from, OptionalInt to) {
    int end = to.orElse(rows());
    if (from >= end || end > rows()) {
      throw new IllegalArgumentException("the table has " + rows() + " rows; FROM must be below TO, and TO at most " + rows());
    }
    return from == 0 && end == rows() ? this : new TypedTable(columns.stream().map(column -> column.rows(from, end)).toList(), notes);
  }

  /// The same with all numbers in single precision, rounded, or all in double precision.
  ///
  /// @throws IllegalArgumentException where a number is beyond single precision, or a whole one beyond double precision
  public TypedTable inPrecision(boolean single) {
    return new TypedTable(
        columns.stream().map(column -> column instanceof TypedColumn.Numeric numbers ? Precision.of(numbers, single) : column).toList(), notes);
  }

  /// Writes a .npy, .npz, .csv or .parquet file, which appears when it is complete.
  ///
  /// @throws FormatException when the format cannot hold the table
  public void write(Path file) throws IOException {
    TypedWriter.write(this, file);
  }

  /// The same with a note about the cells that are missing, if some are.
  TypedTable counted(Path file, MissingCells missing) {
    if (missing.total() == 0) {
      return this;
    }
    List<String> more = new ArrayList<>(notes);
    List<String> names = isNamed() ? columns.stream().map(TypedColumn::name).toList() : List.of();
    more.add(file.getFileName() + ": " + missing.line(names, (long) rows() * columns.size()));
    return new TypedTable(columns, more);
  }

  /// The same with a note about the cells that are missing, counted by rows.
  TypedTable counted(Path file) {
    MissingCells missing = new MissingCells("row", columns.size());
    for (int c = 0; c < columns.size(); c++) {
      for (int row = 0; row < rows(); row++) {
        if (columns.get(c).isMissing(row)) {
          missing.add(c, row + 1);
        }
      }
    }
    return counted(file, missing);
  }

  /// Without first columns that have no name and count the rows.
  private TypedTable withoutIndex(Path file) {
    if (columns.stream().allMatch(column -> column.name().isEmpty())) {
      return this;
    }
    List<String> more = new ArrayList<>(notes);
    int left = 0;
    while (left < columns.size() - 1 && IndexColumns.isNameless(columns.get(left).name()) && counts(columns.get(left))) {
      more.add(file.getFileName() + ": column " + left + ", which has no name and counts the rows, is left out");
      left++;
    }
    return left == 0 ? this : new TypedTable(columns.subList(left, columns.size()), more);
  }

  private static boolean counts(TypedColumn column) {
    return column instanceof TypedColumn.Numeric numbers
        && (numbers.at(0) == 0 || numbers.at(0) == 1)
        && IntStream.range(1, numbers.rows()).allMatch(row -> numbers.at(row) == numbers.at(0) + row);
  }
}
