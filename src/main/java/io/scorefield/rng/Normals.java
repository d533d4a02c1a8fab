package io.scorefield.rng;

/// Standard normals that are identical to the bit on every engine.
///
/// One Philox block gives four normals by Box and Muller's transform. Every operation used is
/// correctly rounded in IEEE 754 single precision (multiply, fused multiply-add, square root,
/// integer-to-float conversion), so that Java, C++ and CUDA agree on all bits. The recipe is written
/// down for other languages in docs/formats.md.
///
/// With u1 = (r0 + 1/2) / 2^32 the largest normal is sqrt(66 ln 2) = 6.76. Both factors of a normal
/// are computed to a small *relative* error, so that |z - exact| / max(1, |z|) stays below 4e-7.
public final class Normals {
  static final float TWO_TO_MINUS_32 = 0x1.0p-32f;
  static final float TWO_TO_MINUS_33 = 0x1.0p-33f;

  /// floor(2^32 / sqrt 2): from here on u1 is closer to 1 than to 1/2, and ln u1 needs 1 - u1.
  static final int NEAR_ONE = (int) 3037000499L;

  /// The bits of the float next to sqrt(1/2).
  private static final int SQRT_HALF_BITS = 0x3F3504F3;

  private static final float LN2_HIGH = 0.693145751953125f;
  private static final float LN2_LOW = 1.428606765330187e-06f;

  // ln(1 + f) = f - f^2/2 + f^3 P(f) on [sqrt(1/2) - 1, sqrt(2) - 1]; minimax, 6e-9 relative.
  private static final float P0 = 0.3333333134651184f;
  private static final float P1 = -0.250008225440979f;
  private static final float P2 = 0.20001226663589478f;
  private static final float P3 = -0.16623356938362122f;
  private static final float P4 = 0.14201761782169342f;
  private static final float P5 = -0.131601944565773f;
  private static final float P6 = 0.12761549651622772f;
  private static final float P7 = -0.07634429633617401f;

  // sin(2 pi t) = t (2 pi + t^2 S(t^2)) and cos(2 pi t) = 1 + t^2 C(t^2) on [-1/8, 1/8]; minimax.
  private static final float TWO_PI_HIGH = 6.2831854820251465f;
  private static final float TWO_PI_LOW = -1.7484555314695172e-07f;
  private static final float S0 = -41.3416748046875f;
  private static final float S1 = 81.59393310546875f;
  private static final float S2 = -75.4533920288086f;
  private static final float C0 = -19.739208221435547f;
  private static final float C1 = 64.93932342529297f;
  private static final float C2 = -85.44374084472656f;
  private static final float C3 = 59.2459602355957f;

  private Normals() {}

  /// Turns the four words of a Philox block into four normals: words 0 and 1 give normals 0
  /// (cosine) and 1 (sine), words 2 and 3 give normals 2 and 3.
  public static void fromWords(int[] words, float[] normals) {
    pair(words[0], words[1], normals, 0);
    pair(words[2], words[3], normals, 2);
  }

  private static void pair(int r0, int r1, float[] z, int at) {
    float radius = squareRoot(-2f * logarithm(r0));
    // Nearest quadrant of the angle 2 pi r1 / 2^32, and what is left of it in turns.
    int quadrant = (r1 + 0x20000000) >>> 30;
    float t = (float) (r1 - (quadrant << 30)) * TWO_TO_MINUS_32;
    float t2 = t * t;
    float s = Math.fma(t2, S2, S1);
    s = Math.fma(t2, s, S0);
    s = Math.fma(t2, s, TWO_PI_LOW);
    s = Math.fma(t, TWO_PI_HIGH, t * s);
    float c = Math.fma(t2, C3, C2);
    c = Math.fma(t2, c, C1);
    c = Math.fma(t2, c, C0);
    c = Math.fma(t2, c, 1f);
    float cosine = (quadrant & 1) == 0 ? c : s;
    float sine = (quadrant & 1) == 0 ? s : c;
    if (quadrant == 1 || quadrant == 2) {
      cosine = -cosine;
    }
    if (quadrant >= 2) {
      sine = -sine;
    }
    z[at] = radius * cosine;
    z[at + 1] = radius * sine;
  }

  /// ln((r + 1/2) / 2^32) for an unsigned r.
  static float logarithm(int r) {
    float f;
    float exponent;
    if (Integer.compareUnsigned(r, NEAR_ONE) >= 0) {
      f = -Math.fma((float) (~r & 0xFFFFFFFFL), TWO_TO_MINUS_32, TWO_TO_MINUS_33);
      exponent = 0f;
    } else {
      float u = Math.fma((float) (r & 0xFFFFFFFFL), TWO_TO_MINUS_32, TWO_TO_MINUS_33);
      // u = m 2^e with m in [sqrt(1/2), sqrt(2)): split relative to the bits of sqrt(1/2).
      int bits = Float.floatToRawIntBits(u);
      int e = (bits - SQRT_HALF_BITS) >> 23;
      f = Float.intBitsToFloat(bits - (e << 23)) - 1f;
      exponent = (float) e;
    }
    float p = Math.fma(f, P7, P6);
    p = Math.fma(f, p, P5);
    p = Math.fma(f, p, P4);
    p = Math.fma(f, p, P3);
    p = Math.fma(f, p, P2);
    p = Math.fma(f, p, P1);
    p = Math.fma(f, p, P0);
    float f2 = f * f;
    float tail = f2 * Math.fma(f, p, -0.5f);
    tail = Math.fma(exponent, LN2_LOW, tail);
    return Math.fma(exponent, LN2_HIGH, f + tail);
  }

  private static float squareRoot(float x) {
    // The double root of a float, rounded to float, is the correctly rounded float root.
    return (float) Math.sqrt(x);
  }
}
