package io.scorefield.engine.nativecpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The elementary functions of kernels/include/elementary.cuh against double precision, over all floats: every
/// 997th bit pattern, and every one near the places where something changes or the error is largest.
class ElementaryFunctionTest {
  /// The functions with the largest errors that elementary.cuh states, in units of the last place.
  enum Function {
    EXPONENTIAL(Math::exp, 1.02),
    NATURAL_LOGARITHM(Math::log, 1.0),
    HYPERBOLIC_TANGENT(Math::tanh, 7.09),
    SINE(Math::sin, 1.76),
    COSINE(Math::cos, 1.8),
    SOFTPLUS(x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 2.8),
    LOGISTIC(x -> 1 / (1 + Math.exp(-x)), 2.41);

    final DoubleUnaryOperator exact;
    final double largest;

    Function(DoubleUnaryOperator exact, double largest) {
      this.exact = exact;
      this.largest = largest;
    }
  }

  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  /// |y - exact| in units of the last place of the float next to exact; subnormals count as the smallest
  /// normal.
  private static double error(float y, double exact) {
    float nearest = (float) exact;
    if (Float.isNaN(nearest)) {
      return Float.isNaN(y) ? 0 : Double.POSITIVE_INFINITY;
    }
    if (Float.isInfinite(nearest)) {
      // One step below infinity is as good where rounding of a finite result decides.
      boolean rounded = Double.isFinite(exact) && y * Math.signum(nearest) >= 0.9999998f * Float.MAX_VALUE;
      return y == nearest || rounded ? 0 : Double.POSITIVE_INFINITY;
    }
    double unit = Math.max(Math.ulp(nearest), Math.ulp(Float.MIN_NORMAL));
    return Float.isFinite(y) ? Math.abs(y - exact) / unit : Double.POSITIVE_INFINITY;
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void staysWithinTheStatedError(Function function) {
    int stride = 997;
    int block = 1 << 16;
    float[] x = new float[block];
    double largest = 0;
    float at = 0;
    try (NativeEngine engine = new NativeEngine(1)) {
      long bits = 0;
      while (bits < 1L << 32) {
        for (int i = 0; i < block; i++, bits += stride) {
          x[i] = Float.intBitsToFloat((int) bits);
        }
        float[] y = engine.elementary(function.ordinal(), x);
        for (int i = 0; i < block; i++) {
          double error = error(y[i], function.exact.applyAsDouble(x[i]));
          if (error > largest) {
            largest = error;
            at = x[i];
          }
        }
      }
    }
    if (Boolean.getBoolean("scorefield.measure")) {
      System.out.printf("%s %.3f at %s%n", function, largest, at);
    }
    assertThat(largest).as("largest error, at %s", at).isLessThanOrEqualTo(function.largest);
  }

  @ParameterizedTest
  @ValueSource(
      floats = {
        0f, -0f, 1f, -1f, 88.72f, -87.33f, -103.9f, 7.85f, -7.85f, 0.7071067f, 1.1754944e-38f, 30000f,
        0.785398f, 1.5707964f, 3.1415927f, 8.247371f, -2.7570076f, -4.157294f, 37.77864f, 6.8085704f
      })
  void staysWithinTheStatedErrorAroundTurningPoints(float place) {
    float[] x = new float[4001];
    for (int i = 0; i < x.length; i++) {
      // Around 0 the patterns below are NaNs: small numbers of the other sign are near -0.
      x[i] = Float.intBitsToFloat(Float.floatToRawIntBits(place) + i - (place == 0 ? 0 : 2000));
    }
    try (NativeEngine engine = new NativeEngine(1)) {
      for (Function function : Function.values()) {
        float[] y = engine.elementary(function.ordinal(), x);
        for (int i = 0; i < x.length; i++) {
          assertThat(error(y[i], function.exact.applyAsDouble(x[i])))
              .as("%s at %s", function, x[i])
              .isLessThanOrEqualTo(function.largest);
        }
      }
    }
  }

  /// Every 97th float that the quick logistic is for.
  @Test
  void theQuickLogisticStaysWithinItsRelativeError() {
    int number = Function.values().length;
    float[] x = new float[1 << 16];
    int most = Float.floatToRawIntBits(87f);
    try (NativeEngine engine = new NativeEngine(1)) {
      for (int bits = 0; bits <= most; ) {
        int count = 0;
        for (; count + 1 < x.length && bits <= most; bits += 97) {
          x[count++] = Float.intBitsToFloat(bits);
          x[count++] = -Float.intBitsToFloat(bits);
        }
        float[] y = engine.elementary(number, x);
        for (int i = 0; i < count; i++) {
          double exact = 1 / (1 + Math.exp(-x[i]));
          assertThat(Math.abs(y[i] / exact - 1)).as("at %s", x[i]).isLessThan(4e-7 + 2e-8 * Math.abs(x[i]));
        }
      }
    }
  }
}
