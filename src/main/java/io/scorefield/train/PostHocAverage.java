package io.scorefield.train;

import io.scorefield.engine.WeightAverage;
import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularMatrixException;

/// Averages of the weights of a training by other widths than the one that was kept, from snapshots of that one.
///
/// An average by a power of the step ({@link WeightAverage.Power}) up to step T weighs the weights at tau in proportion to its
/// profile p(tau) = (gamma + 1) tau^gamma / T^(gamma + 1) on [0, T]. The average wanted is the sum of the snapshots whose
/// profile is nearest to the one wanted, in the integral of the square of the difference, with factors of sum 1, so that weights
/// that do not change stay what they are. All that is needed are inner products of profiles,
///
/// ```
/// integral of p_a p_b = (gamma_a + 1) (gamma_b + 1) min(T_a, T_b)^(gamma_a + gamma_b + 1)
///                       / ((gamma_a + gamma_b + 1) T_a^(gamma_a + 1) T_b^(gamma_b + 1))
/// ```
///
/// Between two snapshots of one width their difference is what the weights were there. So a profile is followed as closely as
/// the snapshots are; one that is narrower than their distance is not.
///
/// Source: Karras et al. 2024 (arXiv 2312.02696), section 3.1 and appendix C, where snapshots are of two widths and the factors
/// are free.
public final class PostHocAverage {
  private final long[] steps;
  private final double exponent;

  /// @param steps of the snapshots, ascending, above 0; the last is the end of the average wanted
  /// @param kept the average that they are of
  public PostHocAverage(long[] steps, WeightAverage.Power kept) {
    this.steps = steps.clone();
    exponent = kept.exponent();
    if (steps.length == 0 || steps[0] < 1) {
      throw new IllegalArgumentException("an average needs snapshots of steps above 0");
    }
    for (int i = 1; i < steps.length; i++) {
      if (steps[i] <= steps[i - 1]) {
        throw new IllegalArgumentException("the steps of snapshots must rise; they are " + Arrays.toString(steps));
      }
    }
  }

  /// What the average of another width is of the snapshots, and how near it comes.
  ///
  /// @param factors of the snapshots, `[n]`, of sum 1
  /// @param miss the root of the integral of the squared difference of the profiles, over that of the one wanted: 0 to about 1
  public record Mixture(double[] factors, double miss) {
    /// The sum of the snapshots by their factors.
    ///
    /// @param snapshots `[n][parameters]`
    public float[] of(float[][] snapshots) {
      float[] sum = new float[snapshots[0].length];
      for (int p = 0; p < sum.length; p++) {
        double value = 0;
        for (int i = 0; i < factors.length; i++) {
          value += factors[i] * snapshots[i][p];
        }
        sum[p] = (float) value;
      }
      return sum;
    }
  }

  /// The nearest average to that of a width.
  ///
  /// @throws IllegalArgumentException when there is no such width
  public Mixture ofWidth(double width) {
    double wanted = WeightAverage.Power.ofWidth(width).exponent();
    double end = steps[steps.length - 1];
    int n = steps.length;
    RealMatrix equations = new Array2DRowRealMatrix(n + 1, n + 1);
    ArrayRealVector right = new ArrayRealVector(n + 1);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        equations.setEntry(a, b, product(exponent, steps[a] / end, exponent, steps[b] / end));
      }
      equations.setEntry(a, n, 1);
      equations.setEntry(n, a, 1);
      right.setEntry(a, product(exponent, steps[a] / end, wanted, 1));
    }
    right.setEntry(n, 1);
    double[] factors;
    try {
      factors = Arrays.copyOf(new LUDecomposition(equations, 1e-300).getSolver().solve(right).toArray(), n);
    } catch (SingularMatrixException e) {
      throw new IllegalArgumentException("the snapshots at steps " + Arrays.toString(steps) + " are too near to one another", e);
    }
    double whole = product(wanted, 1, wanted, 1);
    double square = whole;
    for (int a = 0; a < n; a++) {
      square -= 2 * factors[a] * right.getEntry(a);
      for (int b = 0; b < n; b++) {
        square += factors[a] * factors[b] * equations.getEntry(a, b);
      }
    }
    return new Mixture(factors, Math.sqrt(Math.max(0, square) / whole));
  }

  private static double product(double gammaA, double endA, double gammaB, double endB) {
    double power = gammaA + gammaB + 1;
    // In logarithms: powers of a thousand are no rarity.
    double log = power * Math.log(Math.min(endA, endB)) - (gammaA + 1) * Math.log(endA) - (gammaB + 1) * Math.log(endB);
    return (gammaA + 1) * (gammaB + 1) / power * Math.exp(log);
  }
}
