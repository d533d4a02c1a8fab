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

  /// The largest difference of two arrays, as a share of 1 + |expected|.
  public static double worst(float[] actual, float[] expected) {
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / (1 + Math.abs(expected[i])));
    }
    return worst;
  }
}
