package io.scorefield.thermodynamics;

import java.util.Arrays;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/// The free energy between two states from samples of both, by Bennett's acceptance ratio.
///
/// With reduced energies u = U/T, f = -ln Z and the differences w = u_2 - u_1 at the n_1 samples of the first state and
/// -w at the n_2 of the second, f_2 - f_1 = D solves
///
/// ```
/// sum_1 1 / (1 + exp(M + w - D)) = sum_2 1 / (1 + exp(-M - w + D)),   M = ln(n_1 / n_2)
/// ```
///
/// Source: Bennett 1976, J. Comput. Phys. 22, 245; Shirts, Bair, Hooker and Pande 2003, PRL 91, 140601.
public final class AcceptanceRatio {
  private static final double ACCURACY = 1e-12;
  private static final int MOST_STEPS = 1000;

  private AcceptanceRatio() {}

  /// f_2 - f_1 with the error of independent samples.
  ///
  /// @param first w at samples of the first state
  /// @param second w at samples of the second state
  /// @throws IllegalArgumentException when a state has no samples, or a difference is not finite
  public static Estimate difference(double[] first, double[] second) {
    if (first.length == 0 || second.length == 0) {
      throw new IllegalArgumentException("a free energy between two states needs samples of both");
    }
    if (!Arrays.stream(first).allMatch(Double::isFinite) || !Arrays.stream(second).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("the energy of a sample is not finite");
    }
    double ratio = Math.log((double) first.length / second.length);
    UnivariateFunction excess =
        d ->
            Arrays.stream(first).map(w -> logistic(d - ratio - w)).sum()
                - Arrays.stream(second).map(w -> logistic(ratio + w - d)).sum();
    double low = Math.min(Arrays.stream(first).min().getAsDouble(), Arrays.stream(second).min().getAsDouble());
    double high = Math.max(Arrays.stream(first).max().getAsDouble(), Arrays.stream(second).max().getAsDouble());
    double margin = 1 + Math.abs(ratio) + Math.log(first.length) + Math.log(second.length);
    double found =
        new BrentSolver(ACCURACY, ACCURACY).solve(MOST_STEPS, excess, low - 2 * margin, high + 2 * margin);
    double variance =
        spread(Arrays.stream(first).map(w -> logistic(found - ratio - w)).toArray())
            + spread(Arrays.stream(second).map(w -> logistic(ratio + w - found)).toArray());
    return new Estimate(found, Math.sqrt(variance));
  }

  /// The relative variance of a mean.
  private static double spread(double[] numbers) {
    double mean = Arrays.stream(numbers).average().orElseThrow();
    double squares = Arrays.stream(numbers).map(f -> f * f).average().orElseThrow();
    return (squares / (mean * mean) - 1) / numbers.length;
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
