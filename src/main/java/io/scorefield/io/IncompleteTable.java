package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// A .csv file with a line of names, of whose cells some are missing: empty, or NaN, NA, null.
///
/// @param file for messages
/// @param names of the columns
/// @param rows the cells as the file has them, [rows][columns]
public record IncompleteTable(Path file, List<String> names, List<List<String>> rows) {
  /// @throws FormatException for rows of different lengths, and where there are none
  public static IncompleteTable read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      CsvLines lines = new CsvLines(file, reader);
      List<String> names = lines.next();
      List<List<String>> rows = new ArrayList<>();
      for (List<String> cells = lines.next(); !cells.isEmpty(); cells = lines.next()) {
        if (cells.size() != names.size()) {
          throw new FormatException(
              file + ":" + lines.number() + ": " + cells.size() + " columns where " + names.size() + " were expected");
        }
        rows.add(cells);
      }
      if (rows.isEmpty()) {
        throw new FormatException(file + ": there are no rows; a line of names and rows of cells are expected");
      }
      return new IncompleteTable(file, names, rows);
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

  /// The number of a cell; empty where it is missing.
  ///
  /// @throws FormatException for text
  public OptionalDouble number(int row, int column) throws FormatException {
    String cell = rows.get(row).get(column);
    if (isMissing(cell)) {
      return OptionalDouble.empty();
    }
    if (!Decimal.isPlain(cell) || !(Math.abs(Double.parseDouble(cell)) <= Float.MAX_VALUE)) {
      throw new FormatException(
          file + ": '" + cell + "' in row " + (row + 1) + ", column '" + names.get(column)
              + "' is not a number that float32 can hold; a missing cell is empty");
    }
    return OptionalDouble.of(Double.parseDouble(cell));
  }

  /// Whether a cell says nothing.
  static boolean isMissing(String cell) {
    return cell.isBlank() || cell.strip().matches("(?i)nan|na|n/a|null");
  }

  /// Cells as a line of the file.
  public static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.matches("(?s).*[,\"\n\r#].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell)
        .collect(Collectors.joining(","));
  }
}
