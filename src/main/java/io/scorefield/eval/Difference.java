package io.scorefield.eval;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/// The difference of two independent measurements of one quantity, each with a standard error.
///
/// @param value the second less the first
/// @param standardError root of the sum of the squared errors
/// @param freedom degrees of freedom of that error by Welch and Satterthwaite (Welch 1947); infinite where both errors
///     are known exactly
public record Difference(double value, double standardError, double freedom) {
  /// Beyond this Student's distribution is the normal one to every digit that is shown.
  private static final double NORMAL = 1e5;

  /// @param firstFreedom how many independent deviations the first error was worked out from, may be infinite
  /// @param secondFreedom the same of the second
  public static Difference of(MetricValue first, double firstFreedom, MetricValue second, double secondFreedom) {
    double a = first.standardError() * first.standardError();
    double b = second.standardError() * second.standardError();
    double spread = a * a / firstFreedom + b * b / secondFreedom;
    double freedom = spread > 0 ? (a + b) * (a + b) / spread : Double.POSITIVE_INFINITY;
    return new Difference(second.value() - first.value(), Math.sqrt(a + b), freedom);
  }

  /// Whether it can be tested: both values are finite and at least one has an error.
  public boolean testable() {
    return Double.isFinite(value) && Double.isFinite(standardError) && standardError > 0;
  }

  /// The difference in its standard errors; not a number where it cannot be tested.
  public double z() {
    return testable() ? value / standardError : Double.NaN;
  }

  /// The chance of a difference at least as large, either way, were there none: Welch's test. Not a number where it
  /// cannot be tested.
  public double chance() {
    if (!testable()) {
      return Double.NaN;
    }
    double below =
        freedom > NORMAL
            ? new NormalDistribution(null, 0, 1).cumulativeProbability(-Math.abs(z()))
            : new TDistribution(null, freedom).cumulativeProbability(-Math.abs(z()));
    return 2 * below;
  }

  /// The |z| that a chance belongs to where errors are known exactly: 2.576 for 0.01.
  public static double quantile(double chance) {
    return -new NormalDistribution(null, 0, 1).inverseCumulativeProbability(chance / 2);
  }
}
