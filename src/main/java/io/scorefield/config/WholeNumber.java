package io.scorefield.config;

import java.math.BigDecimal;
import java.util.OptionalLong;

/// Whole numbers as people write them: 100000, 100_000, 1e5.
public final class WholeNumber {
  private static final int LONGEST = 30;

  private WholeNumber() {}

  /// The number that a text stands for; empty where it is none, or beyond 64 bits.
  public static OptionalLong of(String text) {
    if (text.length() > LONGEST) {
      return OptionalLong.empty();
    }
    try {
      BigDecimal value = new BigDecimal(text.replace("_", ""));
      // The scale first: 1e999999999 must not be spelled out.
      return Math.abs((long) value.scale()) > LONGEST
          ? OptionalLong.empty()
          : OptionalLong.of(value.longValueExact());
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }
}
