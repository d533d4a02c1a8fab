package io.scorefield.diffusion;

import java.util.List;

/// The variance of the noise in DDPM's steps.
public sealed interface ReverseVariance {
  /// Between the posterior's variance and beta ({@link Transition#between}).
  ///
  /// @param share 0 to 1
  record Between(double share) implements ReverseVariance {
    public Between {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("the variance is " + share + " of the way; it must be between 0 and 1");
      }
    }
  }

  /// Step by step, from the most noise on.
  ///
  /// @param values one a step, not negative, for states of deviation 1
  record Given(List<Double> values) implements ReverseVariance {
    public Given {
      values = List.copyOf(values);
      for (double value : values) {
        if (!(value >= 0) || Double.isInfinite(value)) {
          throw new IllegalArgumentException("the variance of a step is " + value + "; it must be finite and not negative");
        }
      }
    }
  }

  /// The variances that make the variational bound of a model least, one number a step.
  ///
  /// The step from t to s is N(mu(x_t, x0hat), v), where the forward process has N(mu(x_t, x_0), Sigma) with Sigma of
  /// {@link Transition#posteriorVariance} and mu(x_t, x_0) = m x_0 + kappa x_t. The divergence of the two, in the mean over
  /// x_0 and x_t,
  ///
  /// ```
  /// L = S/2 (Sigma/v - 1 - ln(Sigma/v)) + m^2 E|x_0 - x0hat|^2 / (2 v)
  /// ```
  ///
  /// is least at v = Sigma + m^2 E|x_0 - x0hat|^2 / S with m = alpha_s tau. The estimate x0hat need not be exact for that. If it
  /// is, E|x_0 - x0hat|^2 / S = sigma^2/alpha^2 (1 - E|epshat|^2 / S), which is the closed form of Bao, Li, Zhu and Zhang 2022
  /// (Analytic-DPM, arXiv 2201.06503, theorem 1); it then lies between Sigma and Sigma + m^2 sigma^2/alpha^2 = beta
  /// (alpha_s/alpha_t)^2, and between Sigma and Sigma + m^2 ((b - a)/2)^2 for data in [a, b] (theorem 2). v is kept within
  /// these: an estimate that is worse than x/alpha is no reason for more noise. That the formula holds for any estimate is
  /// theorem 3 of Bao et al. 2022 (arXiv 2206.07309).
  ///
  /// The last step, to the data, gets no noise, as in DDPM: its variance belongs to the bound, not to samples.
  ///
  /// @param errors of the model
  /// @param grid the noise levels
  static Given learned(Diffuser diffuser, EstimateErrors errors, TimeGrid grid) {
    double[] levels = grid.toData(diffuser.schedule());
    Double[] values = new Double[levels.length - 1];
    for (int i = 0; i < values.length; i++) {
      Transition step = Transition.of(diffuser.schedule(), levels[i], levels[i + 1]);
      double error = step.to().sigma() == 0 ? 0 : Math.min(errors.at(levels[i], i), errors.most(levels[i]));
      values[i] = step.to().sigma() == 0 ? 0 : step.posteriorVariance() + Math.pow(step.fromX0(), 2) * error;
    }
    return new Given(List.of(values));
  }
}
