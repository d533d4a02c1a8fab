package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The lines of a CSV file as cells: RFC 4180's quotes, with commas, quotes and line ends inside. Empty lines are passed
/// over, and so are lines that start with #.
public final class CsvLines {
  /// Longer than any line of numbers; a quote that is never closed ends there.
  private static final int LONGEST_QUOTED = 1 << 20;

  private final Path file;
  private final BufferedReader reader;
  private int number;
  private int start;
  private String comment = "";

  /// @param file for messages
  public CsvLines(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
  }

  /// The number of the last line, from 1: its first one where it has several.
  public int number() {
    return start;
  }

  /// The last line that started with #, without it.
  String comment() {
    return comment;
  }

  /// The cells of the next line without the spaces around them; none at the end of the file.
  public List<String> next() throws IOException {
    for (String line = readLine(); line != null; line = readLine()) {
      String text = line.strip();
      if (text.startsWith("#")) {
        comment = text.replaceFirst("^#+", "").strip();
      } else if (!text.isEmpty()) {
        start = number;
        return text.indexOf('"') < 0 ? plain(text) : quoted(line);
      }
    }
    return List.of();
  }

  private String readLine() throws IOException {
    String line = reader.readLine();
    number++;
    // Spreadsheets start a file in UTF-8 with a byte order mark.
    return number == 1 && line != null && line.startsWith("\uFEFF") ? line.substring(1) : line;
  }

  /// A text as a cell: in quotes where it could not be read back without.
  public static String cell(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == '#');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  static List<String> plain(String line) {
    List<String> cells = new ArrayList<>();
    int from = 0;
    for (int comma = line.indexOf(','); comma >= 0; comma = line.indexOf(',', from)) {
      cells.add(line.substring(from, comma).strip());
      from = comma + 1;
    }
    cells.add(line.substring(from).strip());
    return cells;
  }

  private List<String> quoted(String first) throws IOException {
    List<String> cells = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    int at = 0;
    while (true) {
      int open = at;
      while (open < line.length() && Character.isWhitespace(line.charAt(open))) {
        open++;
      }
      if (open == line.length() || line.charAt(open) != '"') {
        int comma = line.indexOf(",", at);
        cells.add(line.substring(at, comma < 0 ? line.length() : comma).strip());
        if (comma < 0) {
          return cells;
        }
        at = comma + 1;
        continue;
      }
      StringBuilder cell = new StringBuilder();
      at = inside(line, open + 1, cell);
      cells.add(cell.toString().strip());
      int comma = line.indexOf(",", at);
      String between = line.substring(at, comma < 0 ? line.length() : comma);
      if (!between.isBlank()) {
        throw new FormatException(
            file + ":" + start + ": '" + between.strip() + "' follows a quoted cell; a comma is expected");
      }
      if (comma < 0) {
        return cells;
      }
      at = comma + 1;
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
