package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The cells of a column of a table as text.
///
/// @param cells none is empty
/// @param places where each stands, for messages: `file:line`, or `file: row n`
record CellColumn(List<String> cells, List<String> places) {
  /// Reads a column of a file of text.
  ///
  /// @throws FormatException when there is no such column, or a cell is empty
  static CellColumn read(Path file, Columns column, Reading reading) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      CsvLines lines = new CsvLines(file, reader, reading.delimiter());
      List<String> first = lines.next();
      boolean header = column.needNames();
      int place;
      try {
        place = column.places(header ? first : List.of(), first.size())[0];
      } catch (IllegalArgumentException e) {
        throw new FormatException(file + ": " + e.getMessage(), e);
      }
      // Chosen by its number, the column may have a name nevertheless: that of a file whose other cells are names too.
      header |= first.stream().noneMatch(Decimal::isPlain);
      List<String> found = new ArrayList<>();
      List<String> at = new ArrayList<>();
      for (List<String> cells = header ? lines.next() : first; !cells.isEmpty(); cells = lines.next()) {
        String where = file + ":" + lines.number();
        String cell = place < cells.size() ? cells.get(place) : "";
        if (cell.isBlank() || reading.missing().contains(cell)) {
          throw missing(where, column.wanted().getFirst());
        }
        found.add(cell);
        at.add(where);
      }
      return new CellColumn(found, at);
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": not a text file in UTF-8", e);
    }
  }

  /// What is said of a cell that is empty.
  static FormatException missing(String where, String column) {
    return new FormatException(where + ": the cell of the column '" + column + "' is empty");
  }

  /// A number as a cell: whole ones without a point.
  static String text(double value, boolean isFloat) {
    if (Double.isNaN(value)) {
      return "";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.valueOf((long) value);
    }
    return isFloat ? String.valueOf((float) value) : String.valueOf(value);
  }
}
