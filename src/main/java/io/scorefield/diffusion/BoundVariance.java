package io.scorefield.diffusion;

import java.util.Arrays;

/// The variances of a model's steps in its variational bound.
///
/// @param name in tables
/// @param ratios of the step from level i to the one below over the posterior's variance there, `[levels]`; that of level 0 is
///     not read
/// @param least v of L_0, in units of the state
public record BoundVariance(String name, double[] ratios, double least) {
  /// The posterior's variance, that of x_{i-1} given x_i and x_0; Ho's beta_1 in L_0.
  public static BoundVariance posterior(VariationalBound bound) {
    double[] ratios = new double[bound.levels().length];
    Arrays.fill(ratios, 1);
    return new BoundVariance("posterior", ratios, first(bound));
  }

  /// beta, the variance that the forward process adds: sigma_i^2 / sigma_{i-1}^2 times the posterior's.
  public static BoundVariance beta(VariationalBound bound, Diffuser diffuser) {
    double[] levels = bound.levels();
    double[] ratios = new double[levels.length];
    for (int i = 1; i < ratios.length; i++) {
      ratios[i] = Math.pow(diffuser.schedule().sigma(levels[i]) / diffuser.schedule().sigma(levels[i - 1]), 2);
    }
    return new BoundVariance("beta", ratios, first(bound));
  }

  /// That which makes the bound least at the points that the errors are of: {@link ReverseVariance#learned} in terms of the
  /// growth of gamma, 1 + (exp(gamma_i - gamma_{i-1}) - 1) E|x_0 - x0hat|^2 alpha^2 / (S sigma^2), and the mean square itself in
  /// L_0.
  public static BoundVariance learned(VariationalBound bound, EstimateErrors errors) {
    double[] levels = bound.levels();
    double[] ratios = new double[levels.length];
    double least = 0;
    for (int i = 0; i < ratios.length; i++) {
      double error = Math.min(errors.at(levels[i], i), errors.most(levels[i]));
      if (i == 0) {
        least = error;
      } else {
        ratios[i] = 1 + Math.expm1(bound.growth(i)) * error / bound.noise(i);
      }
    }
    return new BoundVariance("learned", ratios, least);
  }

  private static double first(VariationalBound bound) {
    double noise = bound.noise(0);
    return noise / (1 + noise);
  }
}
