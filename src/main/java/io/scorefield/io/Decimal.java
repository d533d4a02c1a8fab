package io.scorefield.io;

import java.util.regex.Pattern;

/// What a cell of text is: a plain decimal number, something like one, or text.
final class Decimal {
  private static final Pattern NOT_FINITE =
      Pattern.compile("[+-]?(?:nan|inf|infinity)|na|n/a|null", Pattern.CASE_INSENSITIVE);

  /// Numbers of programming languages: 1f, 2d, 1d5, 3L, 0x1p3, 1_000.
  private static final Pattern LITERAL =
      Pattern.compile(
          "[+-]?(?:0[xX][0-9a-fA-F.]+(?:[pP][+-]?[0-9]+)?[fFdDlL]?"
              + "|(?:[0-9][0-9_]*(?:\\.[0-9_]*)?|\\.[0-9]+)(?:[eEdD][+-]?[0-9]+)?[fFdDlL]?)");

  private Decimal() {}

  /// Whether a cell is a number as people write it: 1, -2.5, .5, 1e-3.
  static boolean isPlain(String cell) {
    int at = sign(cell, 0);
    int whole = digits(cell, at);
    int end = whole;
    if (whole < cell.length() && cell.charAt(whole) == '.') {
      end = digits(cell, whole + 1);
      if (end == whole + 1 && whole == at) {
        return false; // a dot alone
      }
    }
    if (end == at) {
      return false;
    }
    if (end < cell.length() && (cell.charAt(end) == 'e' || cell.charAt(end) == 'E')) {
      int exponent = sign(cell, end + 1);
      end = digits(cell, exponent);
      return end > exponent && end == cell.length();
    }
    return end == cell.length();
  }

  private static int sign(String cell, int at) {
    return at < cell.length() && (cell.charAt(at) == '+' || cell.charAt(at) == '-') ? at + 1 : at;
  }

  /// Where the digits that start at a place end.
  private static int digits(String cell, int at) {
    int end = at;
    while (end < cell.length() && cell.charAt(end) >= '0' && cell.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  /// Whether a cell says that there is no number: NaN, inf, NA, in any case.
  static boolean isNotFinite(String cell) {
    return NOT_FINITE.matcher(cell).matches();
  }

  /// Whether a cell is a number in some programming language, but not a plain one.
  static boolean looksLikeOne(String cell) {
    return !isPlain(cell) && LITERAL.matcher(cell).matches();
  }

  /// Whether a cell can only be a name.
  static boolean isText(String cell) {
    return !cell.isEmpty() && !isPlain(cell) && !isNotFinite(cell) && !looksLikeOne(cell);
  }
}
