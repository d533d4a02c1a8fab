package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// The lines of a CSV file as cells: RFC 4180's quotes, with delimiters, quotes and line ends inside. Empty lines are passed
/// over, and so are lines that start with #.
public final class CsvLines {
  /// Longer than any line of numbers; a quote that is never closed ends there.
  private static final int LONGEST_QUOTED = 1 << 20;

  private final Path file;
  private final BufferedReader reader;
  /// Lines that were looked at and are still to be read.
  private final Deque<String> ahead = new ArrayDeque<>();
  private Delimiter delimiter;
  private int number;
  private int start;
  private String comment = "";
  private int firstComma;
  private int firstPoint;

  /// Lines with commas between their cells.
  ///
  /// @param file for messages
  public CsvLines(Path file, BufferedReader reader) {
    this(file, reader, Delimiter.COMMA);
  }

  /// @param file for messages
  CsvLines(Path file, BufferedReader reader, Delimiter delimiter) {
    this.file = file;
    this.reader = reader;
    this.delimiter = delimiter;
  }

  /// The number of the last line, from 1: its first one where it has several.
  public int number() {
    return start;
  }

  /// The last line that started with #, without it.
  String comment() {
    return comment;
  }

  /// What stands between cells; known when the first line is read.
  Delimiter delimiter() {
    return delimiter;
  }

  /// The first line with a decimal comma; 0 where there is none so far.
  int firstComma() {
    return firstComma;
  }

  /// The cells of the next line without the spaces around them; none at the end of the file. A number with a decimal comma,
  /// where the delimiter allows it, is written with a point.
  ///
  /// @throws FormatException for a quote without an end, and for decimal commas beside decimal points
  public List<String> next() throws IOException {
    for (String line = readLine(); line != null; line = readLine()) {
      String text = line.strip();
      if (text.startsWith("#")) {
        comment = text.replaceFirst("^#+", "").strip();
      } else if (!text.isEmpty()) {
        start = number;
        if (delimiter == Delimiter.AUTO) {
          delimiter = Delimiter.of(line, peek());
        }
        // Tabs at both ends are between cells that are empty.
        String within = delimiter == Delimiter.TAB ? line : text;
        List<String> cells = text.indexOf('"') < 0 ? delimiter.plain(within) : quoted(within);
        return delimiter.allowsDecimalCommas() ? pointed(cells) : cells;
      }
    }
    return List.of();
  }

  private List<String> pointed(List<String> cells) throws FormatException {
    List<String> pointed = new ArrayList<>(cells);
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      int comma = cell.indexOf(',');
      if (comma >= 0 && cell.indexOf('.') < 0 && Decimal.isPlain(cell.replace(',', '.'))) {
        pointed.set(i, cell.replace(',', '.'));
        firstComma = firstComma == 0 ? start : firstComma;
      } else if (comma < 0 && cell.indexOf('.') >= 0 && Decimal.isPlain(cell)) {
        firstPoint = firstPoint == 0 ? start : firstPoint;
      }
    }
    if (firstComma > 0 && firstPoint > 0) {
      throw new FormatException(
          file + ":" + start + ": numbers have a decimal comma in line " + firstComma + " and a decimal point in line "
              + firstPoint + "; write all of them in one way");
    }
    return pointed;
  }

  private String readLine() throws IOException {
    String line = ahead.isEmpty() ? reader.readLine() : ahead.poll();
    number++;
    // Spreadsheets start a file in UTF-8 with a byte order mark.
    return number == 1 && line != null && line.startsWith("\uFEFF") ? line.substring(1) : line;
  }

  /// The next line of cells, which stays to be read.
  private Optional<String> peek() throws IOException {
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      ahead.add(line);
      if (!line.isBlank() && !line.strip().startsWith("#")) {
        return Optional.of(line.strip());
      }
    }
    return Optional.empty();
  }

  /// A text as a cell: in quotes where it could not be read back without.
  public static String cell(String text) {
    boolean plain = text.chars().noneMatch(c -> ",;\t\"\n\r#".indexOf(c) >= 0);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private List<String> quoted(String first) throws IOException {
    List<String> cells = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    int at = 0;
    while (true) {
      int open = at;
      while (open < line.length() && line.charAt(open) == ' ') {
        open++;
      }
      if (open == line.length() || line.charAt(open) != '"') {
        int end = delimiter.indexIn(line, at);
        cells.add(line.substring(at, end < 0 ? line.length() : end).strip());
        if (end < 0) {
          return cells;
        }
        at = delimiter.after(line, end);
        continue;
      }
      StringBuilder cell = new StringBuilder();
      at = inside(line, open + 1, cell);
      cells.add(cell.toString().strip());
      int end = delimiter.indexIn(line, at);
      String between = line.substring(at, end < 0 ? line.length() : end);
      if (!between.isBlank()) {
        throw new FormatException(
            file + ":" + start + ": '" + between.strip() + "' follows a quoted cell; " + delimiter.word() + " is expected");
      }
      if (end < 0) {
        return cells;
      }
      at = delimiter.after(line, end);
    }
  }

  /// Reads a quoted cell up to its closing quote, over line ends where there are some, and returns where it ends.
  private int inside(StringBuilder line, int from, StringBuilder cell) throws IOException {
    int at = from;
    while (true) {
      while (at == line.length()) {
        String more = readLine();
        if (more == null || line.length() > LONGEST_QUOTED) {
          throw new FormatException(file + ":" + start + ": a quote in this line is not closed");
        }
        line.append('\n').append(more);
      }
      char c = line.charAt(at++);
      if (c != '"') {
        cell.append(c);
      } else if (at < line.length() && line.charAt(at) == '"') {
        cell.append('"');
        at++;
      } else {
        return at;
      }
    }
  }
}
