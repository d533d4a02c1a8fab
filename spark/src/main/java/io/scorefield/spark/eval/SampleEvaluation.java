package io.scorefield.spark.eval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an evaluation of samples on Spark has found. Means and histograms are in data units.
///
/// @param names of the components, [D]
/// @param origin [D], which moments and histograms are less
/// @param moments of the components
/// @param components a histogram each
/// @param residual of the laws, where there are some
/// @param slicedWasserstein2 to the data's distribution, where there is one to compare with
public record SampleEvaluation(
    List<String> names, double[] origin, Moments moments, List<Histogram> components, Optional<Residual> residual, Optional<Sliced> slicedWasserstein2) {
  /// The law's residual: of every sample the mean of |r| over all residuals.
  ///
  /// @param rms root of the mean of its square
  /// @param undefined samples at which a law has no value; then mean and rms are NaN
  public record Residual(double mean, double rms, double greatest, long undefined, Histogram histogram) {}

  /// A sliced 2-Wasserstein distance.
  ///
  /// @param tolerance what the bins can make of it at most: the root of the mean over directions of the squared width of a bin
  /// @param truth points that the samples are compared with
  public record Sliced(double value, double tolerance, int directions, int truth) {}

  /// For a file of JSON.
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("samples", moments.count());
    residual.ifPresent(
        of -> {
          Map<String, Object> law = new LinkedHashMap<>();
          law.put("mean", of.mean());
          law.put("rms", of.rms());
          law.put("max", of.greatest());
          law.put("undefined", of.undefined());
          Map<String, Object> quantiles = new LinkedHashMap<>();
          for (double share : new double[] {0.5, 0.9, 0.99, 0.999}) {
            quantiles.put(String.valueOf(share), of.histogram().quantile(share));
          }
          law.put("quantiles", quantiles);
          law.put("histogram", tree(of.histogram(), 0));
          tree.put("residual", law);
        });
    slicedWasserstein2.ifPresent(
        of ->
            tree.put(
                "sliced-wasserstein-2",
                Map.of("value", of.value(), "tolerance", of.tolerance(), "directions", of.directions(), "truth", of.truth())));
    Map<String, Object> all = new LinkedHashMap<>();
    double[] mean = moments.mean();
    for (int d = 0; d < names.size(); d++) {
      Map<String, Object> component = new LinkedHashMap<>();
      component.put("mean", origin[d] + mean[d]);
      component.put("deviation", Math.sqrt(moments.covariance(d, d)));
      component.put("min", origin[d] + moments.least()[d]);
      component.put("max", origin[d] + moments.greatest()[d]);
      component.put("histogram", tree(components.get(d), origin[d]));
      all.put(names.get(d), component);
    }
    tree.put("components", all);
    double[][] covariance = new double[names.size()][names.size()];
    for (int d = 0; d < names.size(); d++) {
      for (int e = 0; e < names.size(); e++) {
        covariance[d][e] = moments.covariance(d, e);
      }
    }
    tree.put("covariance", covariance);
    return tree;
  }

  private static Map<String, Object> tree(Histogram of, double origin) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("low", origin + of.low());
    tree.put("high", origin + of.high());
    tree.put("counts", of.counts());
    return tree;
  }
}
