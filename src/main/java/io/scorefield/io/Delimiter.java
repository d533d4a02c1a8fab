package io.scorefield.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What stands between the cells of a line of text.
public enum Delimiter {
  /// Found out from the first line of cells: {@link #of}.
  AUTO,
  COMMA,
  SEMICOLON,
  TAB,
  /// One space or more.
  SPACE;

  /// The delimiter of a file by its first line of cells: the first of tab, semicolon and comma that is in it, outside of quotes;
  /// spaces, if this line and the next have equally many cells between such; else a comma.
  ///
  /// @param next line of cells, if there is one
  static Delimiter of(String first, Optional<String> next) {
    String bare = bare(first);
    // A tab beside a comma is a space of its cell.
    if (bare.replaceAll("\\s*([,;])\\s*", "$1").stripTrailing().indexOf('\t') >= 0) {
      return TAB;
    }
    if (bare.indexOf(';') >= 0) {
      return SEMICOLON;
    }
    if (bare.indexOf(',') >= 0) {
      return COMMA;
    }
    int cells = SPACE.plain(bare.strip()).size();
    return cells > 1 && next.map(line -> SPACE.plain(bare(line)).size() == cells).orElse(true) ? SPACE : COMMA;
  }

  /// A line with what is in quotes taken out.
  private static String bare(String line) {
    return line.replaceAll("\"[^\"]*\"", "q");
  }

  /// Whether a comma within a number is its decimal sign.
  boolean allowsDecimalCommas() {
    return this == SEMICOLON || this == TAB;
  }

  /// Where the next delimiter of a line is; -1 where there is none.
  int indexIn(CharSequence line, int from) {
    for (int at = from; at < line.length(); at++) {
      if (isAt(line.charAt(at))) {
        return at;
      }
    }
    return -1;
  }

  /// Where the cell behind a delimiter begins.
  int after(CharSequence line, int at) {
    int end = at + 1;
    while (this == SPACE && end < line.length() && isAt(line.charAt(end))) {
      end++;
    }
    return end;
  }

  private boolean isAt(char c) {
    return switch (this) {
      case SEMICOLON -> c == ';';
      case TAB -> c == '\t';
      case SPACE -> c == ' ' || c == '\t';
      default -> c == ',';
    };
  }

  /// The cells of a line without quotes, and without the spaces around them.
  List<String> plain(String line) {
    List<String> cells = new ArrayList<>();
    int from = 0;
    for (int at = indexIn(line, 0); at >= 0; at = indexIn(line, from)) {
      cells.add(line.substring(from, at).strip());
      from = after(line, at);
    }
    cells.add(line.substring(from).strip());
    return cells;
  }

  /// As a message says it.
  String word() {
    return switch (this) {
      case SEMICOLON -> "a semicolon";
      case TAB -> "a tab";
      case SPACE -> "a space";
      default -> "a comma";
    };
  }
}
