package io.scorefield.io;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/// Numbers as people read them in tables and messages: rounded to a few significant digits.
public final class Rounded {
  private Rounded() {}

  /// The value of a metric: a number, or NaN where there is none, as of a law that the samples leave the domain of.
  public static String value(double value) {
    return Double.isNaN(value) ? "NaN" : number(value);
  }

  /// A number with four significant digits; tiny ones that are zero to rounding as such.
  public static String number(double value) {
    return rounded(value, 4);
  }

  /// A standard error: two significant digits.
  public static String error(double value) {
    return rounded(value, 2);
  }

  private static String rounded(double value, int digits) {
    if (Double.isNaN(value)) {
      return "-";
    }
    if (value == 0) {
      return "0";
    }
    if (Double.isInfinite(value)) {
      return "infinite";
    }
    if (Math.abs(value) >= 1e9) {
      return String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
    }
    if (Math.abs(value) < 1e-6) {
      return String.format(Locale.ROOT, "%.0e", value);
    }
    return new BigDecimal(value).round(new MathContext(digits)).toPlainString();
  }
}
