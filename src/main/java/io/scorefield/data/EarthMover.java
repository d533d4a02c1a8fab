package io.scorefield.data;

import java.util.Arrays;

/// The 1-Wasserstein distance of two samples of numbers, of any sizes: the area between their distribution functions.
public final class EarthMover {
  private EarthMover() {}

  /// @throws IllegalArgumentException when one is empty
  public static double distance(double[] a, double[] b) {
    if (a.length == 0 || b.length == 0) {
      throw new IllegalArgumentException("the distance of " + a.length + " and " + b.length + " numbers is not defined");
    }
    double[] one = a.clone();
    double[] other = b.clone();
    Arrays.sort(one);
    Arrays.sort(other);
    double area = 0;
    double at = Math.min(one[0], other[0]);
    int i = 0;
    int j = 0;
    while (i < one.length || j < other.length) {
      boolean first = j == other.length || (i < one.length && one[i] <= other[j]);
      double next = first ? one[i] : other[j];
      area += (next - at) * Math.abs((double) i / one.length - (double) j / other.length);
      at = next;
      i += first ? 1 : 0;
      j += first ? 0 : 1;
    }
    return area;
  }
}
