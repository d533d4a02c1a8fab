package io.scorefield.io;

import io.scorefield.io.parquet.ParquetTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A file of rows and columns: the one place that knows which formats there are.
interface TableFile {
  /// What is read, for messages and help.
  String READ = ".npy, .npz, .csv, .parquet and .h5 files";

  /// The points, with NaN where a number is missing.
  ///
  /// @param missing cells as the file counts them; null where rows are to be counted
  record Found(Points points, MissingCells missing) {}

  /// Names of the columns; none where the file has none.
  List<String> names() throws IOException;

  /// Some columns as numbers.
  ///
  /// @throws FormatException when there is no such column, or it is not one of numbers
  Found points(Columns columns) throws IOException;

  /// One column as text.
  CellColumn cells(Columns column) throws IOException;

  /// All columns as text.
  ///
  /// @throws FormatException where columns have no names
  IncompleteTable table() throws IOException;

  /// Some columns with the types that the file gives them, for a file of another format.
  ///
  /// @param numbering whether a column that numbers samples is one of the columns
  /// @throws FormatException when there is no such column, or it has what no column of a table is
  TypedTable typed(Columns columns, boolean numbering) throws IOException;

  /// The file of a path; its ending says the format. A folder is one of Parquet files that are parts of a table.
  ///
  /// @throws FormatException for other endings
  static TableFile of(Path file, Reading reading) throws IOException {
    String ending = ending(file);
    boolean text = ending.matches("csv|tsv|txt|dat");
    if (reading.delimiter() != Delimiter.AUTO && !text) {
      throw new FormatException(file + ": only files of text have a delimiter; leave " + reading.key("delimiter") + " out");
    }
    if (!reading.dataset().isEmpty() && !ending.matches("npz|h5|hdf5|hdf|nc")) {
      throw new FormatException(file + ": only .npz and HDF5 files have several arrays; leave " + reading.key("dataset") + " out");
    }
    if (Files.isDirectory(file)) {
      return new ColumnTable(file, reading, ParquetTable.ofFolder(file));
    }
    return switch (ending) {
      case "npy" -> Npy.table(file, reading);
      case "npz" -> Npz.table(file, reading);
      case "csv", "tsv", "txt", "dat" -> new TextTable(file, reading);
      case "parquet", "pq" -> new ColumnTable(file, reading, ParquetTable.of(file));
      case "h5", "hdf5", "hdf", "nc" -> ArrayTable.ofHdf5(file, reading);
      default -> throw new FormatException(file + ": tables are read from " + READ + ", and from folders of Parquet files");
    };
  }

  private static String ending(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
