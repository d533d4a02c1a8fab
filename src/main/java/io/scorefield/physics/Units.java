package io.scorefield.physics;

import java.util.Arrays;

/// Where the data lie and how large they are, component by component: what is small beside what can be told in these.
///
/// @param middle `[D]`, in data units
/// @param size `[D]`, 0 for a component in which the data do not differ
public record Units(double[] middle, double[] size) {
  public Units {
    if (middle.length != size.length) {
      throw new IllegalArgumentException("middle and size must have equal lengths");
    }
  }

  /// Those of data around 0 of size 1.
  public static Units of(int dimension) {
    double[] ones = new double[dimension];
    Arrays.fill(ones, 1);
    return new Units(new double[dimension], ones);
  }
}
