package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A table whose columns have names, of whose cells some are missing: empty, or NaN, NA, null.
///
/// @param file for messages
/// @param names of the columns
/// @param rows the cells as the file has them, `[rows][columns]`
/// @param places where each row stands, for messages: `file:line`, or `file: row n`
public record IncompleteTable(Path file, List<String> names, List<List<String>> rows, List<String> places) {
  /// Reads a table of any format that points are read from.
  ///
  /// @throws FormatException for rows of different lengths, and where there are none, or no names
  public static IncompleteTable read(Path file) throws IOException {
    return read(file, Reading.USUAL);
  }

  /// The same of a file that is to be read in some way; cells that count as missing there are empty.
  public static IncompleteTable read(Path file, Reading reading) throws IOException {
    IncompleteTable table = TableFile.of(file, reading).table();
    if (reading.missing().isEmpty()) {
      return table;
    }
    List<List<String>> rows =
        table.rows.stream().map(row -> row.stream().map(cell -> reading.isMark(cell) ? "" : cell).toList()).toList();
    return new IncompleteTable(file, table.names, rows, table.places);
  }

  /// Reads a file of text.
  static IncompleteTable ofText(Path file, Reading reading) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      CsvLines lines = new CsvLines(file, reader, reading.delimiter());
      List<String> names = lines.next();
      List<String> at = new ArrayList<>();
      List<List<String>> rows = new ArrayList<>();
      for (List<String> cells = lines.next(); !cells.isEmpty(); cells = lines.next()) {
        if (cells.size() != names.size()) {
          throw new FormatException(
              file + ":" + lines.number() + ": " + cells.size() + " columns where " + names.size() + " were expected");
        }
        rows.add(cells);
        at.add(file + ":" + lines.number());
      }
      if (rows.isEmpty()) {
        throw new FormatException(file + ": there are no rows; a line of names and rows of cells are expected");
      }
      return new IncompleteTable(file, names, rows, at);
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": not a text file in UTF-8", e);
    }
  }

  /// Where a column is.
  ///
  /// @throws FormatException when there is none of that name
  public int column(String name) throws FormatException {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name) || Columns.identifier(names.get(i), i).equals(name)) {
        return i;
      }
    }
    throw new FormatException(file + ": there is no column '" + name + "'; the file has " + String.join(", ", names));
  }

  /// The components of a cell; empty where it is missing.
  ///
  /// @param kind of the column
  /// @throws FormatException for a cell that is not of this kind
  public Optional<double[]> components(int row, int column, TableColumn kind) throws FormatException {
    String cell = rows.get(row).get(column);
    try {
      return kind.components(cell);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          places.get(row) + ": '" + cell + "' in row " + (row + 1) + ", column '" + names.get(column) + "' "
              + e.getMessage(),
          e);
    }
  }

  /// Whether a cell says nothing.
  static boolean isMissing(String cell) {
    String text = cell.strip();
    // Most cells are numbers, of which a pattern would be the slowest part.
    return text.isEmpty() || text.length() <= 4 && Character.isLetter(text.charAt(0)) && text.matches("(?i)nan|na|n/a|null");
  }

  /// Cells as a line of the file.
  public static String line(List<String> cells) {
    return cells.stream().map(CsvLines::cell).collect(Collectors.joining(","));
  }
}
