package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The cells of a column of a .csv file as text, with the line of each.
///
/// @param cells none is empty
/// @param lines from 1
record CellColumn(List<String> cells, List<Integer> lines) {
  /// @throws FormatException when there is no such column, or a cell is empty
  static CellColumn read(Path file, Columns column) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      CsvLines lines = new CsvLines(file, reader);
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
      List<Integer> at = new ArrayList<>();
      for (List<String> cells = header ? lines.next() : first; !cells.isEmpty(); cells = lines.next()) {
        if (place >= cells.size() || cells.get(place).isBlank()) {
          throw new FormatException(
              file + ":" + lines.number() + ": the cell of the column '" + column.wanted().getFirst() + "' is empty");
        }
        found.add(cells.get(place));
        at.add(lines.number());
      }
      return new CellColumn(found, at);
    }
  }
}
