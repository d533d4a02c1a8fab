package io.scorefield.thermodynamics;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/// Free energy and entropy over the temperature, made consistent with mean energies: the functions F and S that minimise
///
/// ```
/// loss = mean over T_i of ((U_i - T_i S(T_i) - F(T_i)) / s)^2 + (F'(T_i) + S(T_i))^2
/// ```
///
/// with s the temperature T_i, so that both terms are numbers of entropy. F is a sum of 1, T ln T, 1/T, T^2, 1/T^2, ...,
/// as many as there are temperatures and at most five, and S one of their derivatives, with coefficients of
/// its own: the loss, and not the form, ties them together.
///
/// Energies tell F up to a multiple of T, which none of the terms is: the entropy at the first temperature is taken as
/// given.
public final class ConsistentFreeEnergy {
  private static final int MOST = 5;

  private final int terms;
  private final double[] coefficients; // of F, then of S
  private final double reference; // the entropy that is left open
  private final double loss;

  private ConsistentFreeEnergy(int terms, double[] coefficients, double reference, double loss) {
    this.terms = terms;
    this.coefficients = coefficients;
    this.reference = reference;
    this.loss = loss;
  }

  /// The functions for mean energies at two or more temperatures.
  ///
  /// @param entropy S at the first temperature
  /// @throws IllegalArgumentException when there are fewer than two temperatures
  public static ConsistentFreeEnergy of(double[] temperatures, double[] energies, double entropy) {
    int n = temperatures.length;
    if (n < 2 || energies.length != n) {
      throw new IllegalArgumentException("free energies need mean energies at two temperatures or more");
    }
    int terms = Math.min(MOST, n);
    double[][] equations = new double[2 * n][2 * terms];
    double[] right = new double[2 * n];
    for (int i = 0; i < n; i++) {
      double temperature = temperatures[i];
      for (int k = 0; k < terms; k++) {
        equations[2 * i][k] = term(k, temperature) / temperature;
        equations[2 * i][terms + k] = -slope(k, temperature);
        equations[2 * i + 1][k] = slope(k, temperature);
        equations[2 * i + 1][terms + k] = -slope(k, temperature);
      }
      // Of U - T S - F: S = - sum of c_k slope_k.
      right[2 * i] = energies[i] / temperature;
    }
    Array2DRowRealMatrix matrix = new Array2DRowRealMatrix(equations);
    double[] solution =
        new SingularValueDecomposition(matrix).getSolver().solve(new ArrayRealVector(right)).toArray();
    double shift = entropy;
    for (int k = 0; k < terms; k++) {
      shift += solution[terms + k] * slope(k, temperatures[0]);
    }
    double squares = 0;
    double[] left = matrix.operate(solution);
    for (int i = 0; i < 2 * n; i++) {
      squares += Math.pow(left[i] - right[i], 2);
    }
    return new ConsistentFreeEnergy(terms, solution, shift, squares / n);
  }

  private static double term(int k, double t) {
    return switch (k) {
      case 0 -> 1;
      case 1 -> t * Math.log(t);
      case 2 -> 1 / t;
      case 3 -> t * t;
      default -> 1 / (t * t);
    };
  }

  private static double slope(int k, double t) {
    return switch (k) {
      case 0 -> 0;
      case 1 -> Math.log(t) + 1;
      case 2 -> -1 / (t * t);
      case 3 -> 2 * t;
      default -> -2 / (t * t * t);
    };
  }

  /// F at a temperature.
  public double free(double temperature) {
    double sum = -reference * temperature;
    for (int k = 0; k < terms; k++) {
      sum += coefficients[k] * term(k, temperature);
    }
    return sum;
  }

  /// S at a temperature.
  public double entropy(double temperature) {
    double sum = reference;
    for (int k = 0; k < terms; k++) {
      sum -= coefficients[terms + k] * slope(k, temperature);
    }
    return sum;
  }

  /// What is left of the loss.
  public double loss() {
    return loss;
  }
}
