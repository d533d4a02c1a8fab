package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A file of text as a table of numbers: one point a line, with an optional line of column names first.
final class Csv {
  private final Path file;
  private final Columns columns;
  private final CsvLines lines;
  private List<String> names = List.of();
  private int width;
  private int firstLine;
  private int[] places = {};
  private double[] values = new double[1024];
  private int count;
  private final List<String> notes = new ArrayList<>();
  private final Reading reading;
  private MissingCells missing = new MissingCells("line", 0);

  private Csv(Path file, Columns columns, Reading reading, CsvLines lines) {
    this.file = file;
    this.columns = columns;
    this.reading = reading;
    this.lines = lines;
  }

  /// Reads points [N, D]. Empty lines and lines that start with # are passed over.
  ///
  /// @throws FormatException with the line number for ragged rows and for what is not a number
  static TableFile.Found read(Path file, Columns columns, Reading reading) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      return new Csv(file, columns, reading, new CsvLines(file, reader, reading.delimiter())).read();
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": not a text file in UTF-8", e);
    }
  }

  private TableFile.Found read() throws IOException {
    List<String> first = lines.next();
    if (first.isEmpty()) {
      throw new FormatException(file + ": there are no numbers in this file");
    }
    width = first.size();
    firstLine = lines.number();
    CsvHead head = CsvHead.of(lines, first, columns);
    head.note().ifPresent(note -> notes.add(file.getFileName() + ": " + note));
    names = head.names();
    try {
      places = columns.places(names, width);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage() + seen(), e);
    }
    missing = new MissingCells("line", places.length);
    for (List<String> cells = head.isLine() ? lines.next() : first; !cells.isEmpty(); cells = lines.next()) {
      add(cells);
    }
    if (count == 0) {
      throw new FormatException(file + ": there are no numbers in this file");
    }
    List<String> chosen = names.isEmpty() ? List.of() : Arrays.stream(places).mapToObj(names::get).toList();
    if (lines.firstComma() > 0) {
      notes.add(file.getFileName() + ": the commas within numbers are read as decimal points (first in line " + lines.firstComma() + ")");
    }
    return new TableFile.Found(
        new Points(places.length, new Numbers.Doubles(Arrays.copyOf(values, count)), chosen, notes), missing);
  }

  private void add(List<String> cells) throws FormatException {
    if (cells.size() != width) {
      throw new FormatException(
          file + ":" + lines.number() + ": " + cells.size() + " columns where " + width + " were expected" + seen());
    }
    for (int place : places) {
      if (count == values.length) {
        if (count >= Points.MAX_NUMBERS) {
          throw new FormatException(
              file + ": more than " + Points.MAX_NUMBERS + " numbers are too many");
        }
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count] = number(cells, place);
      count++;
    }
  }

  private double number(List<String> cells, int place) throws FormatException {
    String cell = cells.get(place);
    if (reading.isMissing(cell)) {
      missing.add(count % places.length, lines.number());
      return Double.NaN;
    }
    if (Decimal.isPlain(cell)) {
      double value = Double.parseDouble(cell);
      if (Double.isInfinite(value)) {
        throw Points.beyond(file, count / places.length + 1L, count % places.length + 1, cell);
      }
      return value;
    }
    if (Decimal.isNotFinite(cell)) {
      throw new FormatException(
          file + ": the number in row " + (count / places.length + 1) + ", column "
              + (count % places.length + 1) + " is " + cell + "; every number must be finite");
    }
    throw new FormatException(
        file + ":" + lines.number() + ": '" + shown(cell) + "' is not a number" + advice(cells, place));
  }

  /// What was taken for the delimiter, where it was not said.
  private String seen() {
    return reading.delimiter() == Delimiter.AUTO
        ? "; by its first line the file has " + lines.delimiter().word() + " between columns"
            + (columns.key().isEmpty() ? "" : ", else set " + reading.key("delimiter"))
        : "";
  }

  /// Text of a file on one line of a message.
  private static String shown(String cell) {
    String line = cell.replaceAll("\\s+", " ");
    return line.length() > 40 ? line.substring(0, 40) + "..." : line;
  }

  private String advice(List<String> cells, int place) {
    String cell = cells.get(place);
    if (cell.matches("(?s).*[;\t].*") || (width == 1 && cell.matches("(?s).*\\s.*"))) {
      return seen();
    }
    if (Decimal.isPlain(cell.replaceFirst(",", "."))) {
      return "; a comma is a decimal sign only between semicolons or tabs" + seen();
    }
    if (Decimal.looksLikeOne(cell)) {
      return "; numbers are written as 1.5 or 1e-3";
    }
    String others =
        IntStream.range(0, width)
            .filter(i -> Decimal.isPlain(cells.get(i)))
            .mapToObj(i -> names.isEmpty() ? String.valueOf(i) : names.get(i))
            .limit(8)
            .collect(Collectors.joining(", "));
    if (lines.number() == firstLine && Decimal.isText(cell) && !others.isEmpty()) {
      return "; a first line of names has no numbers, and this one has (column " + others + ")";
    }
    if (others.isEmpty() || columns.key().isEmpty() || cell.isEmpty()) {
      return "";
    }
    return "; leave the column " + (names.isEmpty() ? place : "'" + shown(names.get(place)) + "'")
        + " out, for example with " + columns.key() + ": [" + others + "]";
  }
}
