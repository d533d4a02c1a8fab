package io.scorefield.io;

import io.scorefield.io.CellBuilder.Kind;
import io.scorefield.watch.Watch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A file of text as a table with types, which are found out from all its cells: so it is read twice.
///
/// A column is one of whole numbers where every cell is one of 64 bits, of double precision where every cell is a number, else of
/// texts. Cells that are missing say nothing of the type; in a column of texts only those that are empty, or a mark, are missing.
final class TypedText {
  private final Path file;
  private final Columns columns;
  private final Reading reading;
  private final List<String> notes = new ArrayList<>();
  private List<String> names = List.of();
  private int width;
  private int[] places = {};
  private Kind[] kinds = {};
  private boolean[] hasNumber = {};
  private boolean[] hasCell = {};
  private int rows;

  private TypedText(Path file, Columns columns, Reading reading) {
    this.file = file;
    this.columns = columns;
    this.reading = reading;
  }

  static TypedTable read(Path file, Columns columns, Reading reading) throws IOException {
    TypedText text = new TypedText(file, columns, reading);
    text.pass(text::look);
    if (text.rows == 0) {
      throw new FormatException(file + ": there are no rows in this file");
    }
    return text.filled();
  }

  /// Takes the cells of a row.
  @FunctionalInterface
  private interface Row {
    void take(int row, int line, List<String> cells) throws IOException;
  }

  private void pass(Row sink) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      CsvLines lines = new CsvLines(file, reader, reading.delimiter());
      List<String> first = lines.next();
      if (first.isEmpty()) {
        throw new FormatException(file + ": there is nothing in this file");
      }
      boolean isLine = begin(lines, first);
      int row = 0;
      for (List<String> cells = isLine ? lines.next() : first; !cells.isEmpty(); cells = lines.next()) {
        if (cells.size() != width) {
          throw new FormatException(
              file + ":" + lines.number() + ": " + cells.size() + " columns where " + width + " were expected; by its first line the file has "
                  + lines.delimiter().word() + " between columns, else set " + reading.key("delimiter"));
        }
        if ((row & 0xFFF) == 0) {
          Watch.current().check();
        }
        sink.take(row++, lines.number(), cells);
      }
      if (rows == 0 && lines.firstComma() > 0) {
        notes.add(
            file.getFileName() + ": the commas within numbers are read as decimal points (first in line " + lines.firstComma() + ")");
      }
      rows = row;
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": not a text file in UTF-8", e);
    }
  }

  /// Finds names and columns in the first pass; whether the first line is one of names.
  private boolean begin(CsvLines lines, List<String> first) throws FormatException {
    CsvHead head = CsvHead.of(lines, first, columns);
    if (rows > 0) {
      return head.isLine();
    }
    head.note().ifPresent(note -> notes.add(file.getFileName() + ": " + note));
    names = head.names();
    width = first.size();
    try {
      places = columns.places(names, width);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
    kinds = new Kind[places.length];
    Arrays.fill(kinds, Kind.WHOLE);
    hasNumber = new boolean[places.length];
    hasCell = new boolean[places.length];
    return head.isLine();
  }

  private String name(int c) {
    return names.isEmpty() ? "" : names.get(places[c]);
  }

  /// The first pass: what the columns are.
  private void look(int row, int line, List<String> cells) throws FormatException {
    if (((row + 1L) * places.length) > Points.MAX_NUMBERS) {
      throw new FormatException(file + ": more than " + Points.MAX_NUMBERS + " cells are too many");
    }
    for (int c = 0; c < places.length; c++) {
      String cell = cells.get(places[c]);
      if (kinds[c] == Kind.TEXT || reading.isMissing(cell)) {
        continue;
      }
      Kind kind = Kind.of(cell);
      if (kind == Kind.TEXT && hasNumber[c]) {
        notes.add(
            file.getFileName() + ": column " + (name(c).isEmpty() ? places[c] : "'" + name(c) + "'") + " is read as text, because of '"
                + shown(cell) + "' in line " + line);
      }
      if (kind == Kind.REAL && Decimal.isPlain(cell) && Double.isInfinite(Double.parseDouble(cell))) {
        throw new FormatException(file + ":" + line + ": " + shown(cell) + " is beyond the range of float64, which ends at 1.8e308");
      }
      hasCell[c] = true;
      hasNumber[c] |= kind != Kind.TEXT;
      kinds[c] = kind.compareTo(kinds[c]) > 0 ? kind : kinds[c];
    }
  }

  private static String shown(String cell) {
    String line = cell.replaceAll("\\s+", " ");
    return line.length() > 40 ? line.substring(0, 40) + "..." : line;
  }

  /// The second pass: the cells.
  private TypedTable filled() throws IOException {
    int count = rows;
    MissingCells missing = new MissingCells("line", places.length);
    List<CellBuilder> builders = new ArrayList<>();
    for (int c = 0; c < places.length; c++) {
      // A column without any cell is one of numbers.
      builders.add((hasCell[c] ? kinds[c] : Kind.REAL).builder(name(c), count, reading));
    }
    pass(
        (row, line, cells) -> {
          for (int c = 0; c < places.length; c++) {
            try {
              if (builders.get(c).put(row, cells.get(places[c]))) {
                missing.add(c, line);
              }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
              throw new FormatException(file + ": the file has changed while it was read", e);
            }
          }
        });
    if (rows != count) {
      throw new FormatException(file + ": the file has changed while it was read");
    }
    return new TypedTable(builders.stream().map(CellBuilder::column).toList(), notes).counted(file, missing);
  }
}
