package io.scorefield.engine.cuda.network;

/// Pairs of halves in a word, the first in its low bits, as tensor cores take operands.
final class HalfWords {
  /// The largest finite half.
  static final float LARGEST = 65504;

  private HalfWords() {}

  /// Two numbers, rounded.
  static int rounded(float first, float second) {
    return word(Float.floatToFloat16(first), Float.floatToFloat16(second));
  }

  /// What rounding takes away from them, rounded.
  static int rest(float first, float second) {
    return word(rest(first), rest(second));
  }

  /// One number: rounded, and the rest.
  static int both(float number) {
    return word(Float.floatToFloat16(number), rest(number));
  }

  /// Whether all of them are finite when rounded.
  static boolean hold(float[] numbers, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (!(Math.abs(numbers[i]) <= LARGEST)) {
        return false;
      }
    }
    return true;
  }

  /// What rounding takes away from a number, rounded.
  static short rest(float number) {
    return Float.floatToFloat16(number - Float.float16ToFloat(Float.floatToFloat16(number)));
  }

  private static int word(short first, short second) {
    return (first & 0xFFFF) | second << 16;
  }
}
