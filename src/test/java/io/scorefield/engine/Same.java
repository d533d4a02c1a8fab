package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/// Arrays that must be equal to the bit, compared without boxing their numbers: networks have a hundred thousand.
public final class Same {
  private Same() {}

  /// @param what for the message
  public static void bits(String what, float[] actual, float[] expected) {
    int at = Arrays.mismatch(actual, expected);
    assertThat(at)
        .as(
            () ->
                what + " differ at " + at + " of " + expected.length
                    + (at >= 0 && at < Math.min(actual.length, expected.length)
                        ? ": " + actual[at] + ", expected " + expected[at]
                        : ""))
        .isEqualTo(-1);
  }
}
