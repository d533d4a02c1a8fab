package io.scorefield.eval;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// A metric of a whole sample, and what it is without each of some groups of consecutive points: the delete-a-group
/// jackknife.
///
/// Source: Efron and Tibshirani 1993, section 11.
///
/// @param value of all points
/// @param without `[groups]` of all points but those of a group
public record Jackknife(double value, double[] without) {
  /// Where group g of n points in `groups` groups begins; group `groups` is where the last one ends.
  static int start(int n, int group, int groups) {
    return (int) ((long) n * group / groups);
  }

  /// The metric by what is left out.
  ///
  /// @param value the metric without a group, or with all of them for -1
  static Jackknife of(int groups, IntToDoubleFunction value) {
    double[] without = new double[groups];
    Arrays.setAll(without, value::applyAsDouble);
    return new Jackknife(value.applyAsDouble(-1), without);
  }

  /// The standard error of the value.
  public double standardError() {
    int groups = without.length;
    double mean = Arrays.stream(without).sum() / groups;
    double squares = Arrays.stream(without).map(w -> (w - mean) * (w - mean)).sum();
    return Math.sqrt(squares * (groups - 1) / groups);
  }
}
