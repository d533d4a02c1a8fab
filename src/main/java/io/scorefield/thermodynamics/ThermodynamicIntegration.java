package io.scorefield.thermodynamics;

/// The free energy between temperatures from mean energies: with b = 1/T and f = F/T, df/db = <U>.
///
/// Between two temperatures <U> is taken for the cubic that has the means and the slopes d<U>/db = -Var(U) at both, so
/// that
///
/// ```
/// f_2 - f_1 = h (U_1 + U_2) / 2 + h^2 (Var_2 - Var_1) / 12,   h = b_2 - b_1
/// ```
///
/// Source: Kirkwood 1935, J. Chem. Phys. 3, 300; the quadrature is Hermite's.
public final class ThermodynamicIntegration {
  private ThermodynamicIntegration() {}

  /// f at the second temperature less that at the first, with the error of the means.
  public static Estimate difference(
      double firstTemperature, Estimate firstMean, Estimate firstVariance,
      double secondTemperature, Estimate secondMean, Estimate secondVariance) {
    double h = 1 / secondTemperature - 1 / firstTemperature;
    Estimate means = firstMean.plus(secondMean).times(h / 2);
    Estimate slopes = secondVariance.plus(firstVariance.times(-1)).times(h * h / 12);
    return means.plus(slopes);
  }
}
