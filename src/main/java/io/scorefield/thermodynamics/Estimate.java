package io.scorefield.thermodynamics;

import java.util.Arrays;

/// A number with its standard error.
public record Estimate(double value, double error) {
  /// The mean of independent numbers.
  public static Estimate mean(double[] numbers) {
    double mean = Arrays.stream(numbers).average().orElse(Double.NaN);
    return new Estimate(mean, Math.sqrt(variance(numbers, mean) / numbers.length));
  }

  /// The variance of independent numbers; its error is that of the mean of squares.
  public static Estimate variance(double[] numbers) {
    double mean = Arrays.stream(numbers).average().orElse(Double.NaN);
    double[] squares = Arrays.stream(numbers).map(u -> (u - mean) * (u - mean)).toArray();
    Estimate average = mean(squares);
    return new Estimate(average.value * numbers.length / (numbers.length - 1.0), average.error);
  }

  private static double variance(double[] numbers, double mean) {
    return Arrays.stream(numbers).map(u -> (u - mean) * (u - mean)).sum() / (numbers.length - 1.0);
  }

  public Estimate plus(Estimate other) {
    return new Estimate(value + other.value, Math.hypot(error, other.error));
  }

  public Estimate times(double factor) {
    return new Estimate(factor * value, Math.abs(factor) * error);
  }
}
