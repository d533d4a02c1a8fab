package io.scorefield.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What double precision data have to be taken off so that float32 holds their digits.
///
/// @param origin [D], 0 where the data can stay as they are
record Resolution(double[] origin) {
  /// Rounding to float32 may move a number by so many standard deviations.
  private static final double FINE = 1e-5;

  /// Half of the distance of 1 from the next float.
  private static final double ROUNDING = 0x1p-24;

  /// Points that are looked at for numbers that become equal.
  private static final int LOOKED_AT = 1000;

  /// The origin of every component of values [N, D].
  static Resolution of(double[] values, int dimension) {
    double[] origin = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      origin[d] = origin(values, dimension, d);
    }
    return new Resolution(origin);
  }

  private static double origin(double[] values, int dimension, int component) {
    int n = values.length / dimension;
    double first = values[component];
    double sum = 0;
    boolean constant = true;
    for (int i = component; i < values.length; i += dimension) {
      sum += values[i] - first;
      constant &= values[i] == first;
    }
    if (constant) {
      return (float) first == first ? 0 : first;
    }
    double mean = first + sum / n;
    double squares = 0;
    for (int i = component; i < values.length; i += dimension) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    double deviation = Math.sqrt(squares / n);
    if (deviation < Float.MIN_NORMAL / ROUNDING) {
      throw new IllegalArgumentException(
          "component " + component + " varies by " + deviation
              + " only, which float32 cannot resolve; write the data in other units");
    }
    if (Math.abs(mean) * ROUNDING <= FINE * deviation) {
      return 0;
    }
    // A round number near the mean: what is left is less than 50 standard deviations, and the number can be read.
    double unit = Math.pow(10, Math.floor(Math.log10(deviation)) + 2);
    double round = unit >= 1 ? Math.rint(mean / unit) * unit : Math.rint(mean * Math.rint(1 / unit)) / Math.rint(1 / unit);
    return Math.abs(round - mean) <= 100 * deviation ? round : mean;
  }

  /// The values [N, D] less the origin.
  float[] relative(double[] values) {
    float[] relative = new float[values.length];
    for (int i = 0; i < relative.length; i++) {
      relative[i] = (float) (values[i] - origin[i % origin.length]);
    }
    return relative;
  }

  /// A line for every component with numbers that differ in the data and are equal in float32.
  List<String> warnings(double[] values) {
    List<String> warnings = new ArrayList<>();
    int n = Math.min(LOOKED_AT, values.length / origin.length);
    double[] column = new double[n];
    for (int d = 0; d < origin.length; d++) {
      for (int i = 0; i < n; i++) {
        column[i] = values[i * origin.length + d];
      }
      double offset = origin[d];
      long different = Arrays.stream(column).distinct().count();
      long left = Arrays.stream(column).map(v -> (float) (v - offset)).distinct().count();
      if (left < 0.9 * different) {
        warnings.add(
            "the first " + n + " numbers of component " + d + " have " + different
                + " values, in float32 only " + left + "; their range is too wide for their digits");
      }
    }
    return warnings;
  }
}
