package io.scorefield.cli;

/// Text as it may be shown on a terminal.
final class Plain {
  /// No line repeats more of its input than this.
  private static final int LONGEST = 600;

  private Plain() {}

  /// One line without control characters, which files could otherwise send to the terminal; the middle of a long one is
  /// left out.
  static String text(String given) {
    StringBuilder plain = new StringBuilder();
    shortened(given).codePoints().forEach(c -> append(plain, c));
    return plain.toString();
  }

  private static void append(StringBuilder plain, int c) {
    switch (c) {
      case '\n' -> plain.append("\\n");
      case '\r' -> plain.append("\\r");
      case '\t' -> plain.append("\\t");
      default -> {
        if (isShown(c)) {
          plain.appendCodePoint(c);
        } else {
          plain.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", c));
        }
      }
    }
  }

  /// Not control characters, nor those that change the direction or order of text.
  private static boolean isShown(int c) {
    int type = Character.getType(c);
    return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE
        && type != Character.LINE_SEPARATOR && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.UNASSIGNED;
  }

  private static String shortened(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    // What is wrong is said last, or first.
    int end = LONGEST / 2;
    return text.substring(0, LONGEST - end) + " ... " + text.substring(text.length() - end);
  }
}
