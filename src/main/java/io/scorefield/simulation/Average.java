package io.scorefield.simulation;

import java.util.Arrays;

/// A mean over walkers and its standard error; NaN where there is nothing to average, the error alone where there is one.
public record Average(double mean, double error) {
  public static final Average NONE = new Average(Double.NaN, Double.NaN);

  /// The average of the numbers that are numbers: walkers that were absorbed have none.
  public static Average of(double[] values) {
    double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
    if (known.length == 0) {
      return NONE;
    }
    double mean = Arrays.stream(known).sum() / known.length;
    double squares = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum();
    return new Average(
        mean, known.length == 1 ? Double.NaN : Math.sqrt(squares / (known.length - 1.0) / known.length));
  }
}
