package io.scorefield.data;

/// A distribution whose mean and covariance are known exactly.
public interface KnownMoments extends Distribution {
  /// `[D]`.
  double[] mean();

  /// `[D][D]`.
  double[][] covariance();
}
