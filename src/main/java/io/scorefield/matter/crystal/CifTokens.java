package io.scorefield.matter.crystal;

import io.scorefield.io.FormatException;
import java.util.ArrayList;
import java.util.List;

/// The words of a CIF file with their lines: bare words, texts in single or double quotes, texts between lines that start
/// with a semicolon. A quote ends a text only where white space follows it.
///
/// Source: Hall, Allen and Brown 1991, *The Crystallographic Information File*, and its formal grammar of version 1.1. It is
/// read here, and not by a library, because mistakes are to be told with their lines.
final class CifTokens {
  /// @param line from 1
  /// @param quoted whether it stood in quotes: then it is a value, whatever it looks like
  record Token(String text, int line, boolean quoted) {
    boolean is(String word) {
      return !quoted && text.equalsIgnoreCase(word);
    }

    boolean isTag() {
      return !quoted && text.startsWith("_");
    }

    boolean starts(String word) {
      return !quoted && text.regionMatches(true, 0, word, 0, word.length());
    }

    /// Whether it ends a list of values.
    boolean isWord() {
      return isTag() || is("loop_") || starts("data_") || starts("save_") || is("global_") || is("stop_");
    }

    /// Whether the value is not known, `?`, or has no meaning, `.`.
    boolean missing() {
      return !quoted && (text.equals("?") || text.equals("."));
    }
  }

  private CifTokens() {}

  /// @param name of the file, for messages
  static List<Token> of(String name, List<String> lines) throws FormatException {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(";")) {
        int first = i;
        StringBuilder text = new StringBuilder(line.substring(1));
        for (i++; i < lines.size() && !lines.get(i).startsWith(";"); i++) {
          text.append('\n').append(lines.get(i));
        }
        if (i == lines.size()) {
          throw new FormatException(name + ":" + (first + 1) + ": the text that begins with this semicolon does not end");
        }
        tokens.add(new Token(text.toString().strip(), first + 1, true));
        line = lines.get(i).substring(1);
      }
      line(name, line, i + 1, tokens);
    }
    return tokens;
  }

  private static void line(String name, String line, int number, List<Token> tokens) throws FormatException {
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '#') {
        return;
      } else if (c == '\'' || c == '"') {
        int end = closing(line, at);
        if (end < 0) {
          throw new FormatException(name + ":" + number + ": a quote in this line is not closed");
        }
        tokens.add(new Token(line.substring(at + 1, end), number, true));
        at = end + 1;
      } else {
        int end = at;
        while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
          end++;
        }
        tokens.add(new Token(line.substring(at, end), number, false));
        at = end;
      }
    }
  }

  private static int closing(String line, int open) {
    for (int at = open + 1; at < line.length(); at++) {
      boolean last = at + 1 == line.length() || Character.isWhitespace(line.charAt(at + 1));
      if (line.charAt(at) == line.charAt(open) && last) {
        return at;
      }
    }
    return -1;
  }
}
