package io.scorefield.eval;

import io.scorefield.data.KnownMoments;
import java.util.LinkedHashMap;
import java.util.Map;

/// How far the moments of samples are from exact ones.
///
/// @param truth whose components of deviation 0 are left out
/// @param repeats true samples of the same size behind each noise floor
/// @param seed of these
public record MomentErrors(KnownMoments truth, int repeats, long seed) {
  /// Root of the mean square, over the components, of (mean - exact mean) / exact deviation.
  public static final String MEAN = "mean-error";

  /// Root of the mean square of deviation / exact deviation - 1.
  public static final String DEVIATION = "deviation-error";

  /// Root of the mean square, over all pairs of components, of the difference of their correlations.
  public static final String CORRELATION = "correlation-error";

  private static final int GROUPS = 10;

  private record Errors(double mean, double deviation, double correlation) {
    double[] all() {
      return new double[] {mean, deviation, correlation};
    }
  }

  /// @param samples [n, D], n at least 20; the first `most` are taken
  public Map<String, MetricValue> of(float[] samples, int most) {
    int n = Math.min(most, samples.length / truth.dimension());
    double[] value = errors(samples, n, -1).all();
    double[][] without = new double[value.length][GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      double[] some = errors(samples, n, g).all();
      for (int k = 0; k < value.length; k++) {
        without[k][g] = some[k];
      }
    }
    double[] floor = new double[value.length];
    for (int repeat = 0; repeat < repeats; repeat++) {
      double[] one = errors(truth.draw(seed, (long) repeat * n, n), n, -1).all();
      for (int k = 0; k < value.length; k++) {
        floor[k] += one[k] / repeats;
      }
    }
    Map<String, MetricValue> metrics = new LinkedHashMap<>();
    String[] names = {MEAN, DEVIATION, CORRELATION};
    for (int k = 0; k < names.length; k++) {
      metrics.put(names[k], new MetricValue(value[k], new Jackknife(value[k], without[k]).standardError(), floor[k], n));
    }
    return metrics;
  }

  /// Of all samples but those of a group.
  private Errors errors(float[] samples, int n, int group) {
    int dimension = truth.dimension();
    int from = group < 0 ? 0 : Jackknife.start(n, group, GROUPS);
    int to = group < 0 ? 0 : Jackknife.start(n, group + 1, GROUPS);
    int count = n - (to - from);
    double[] exactMean = truth.mean();
    double[][] exact = truth.covariance();
    double[] mean = new double[dimension];
    double[][] products = new double[dimension][dimension];
    double[] x = new double[dimension];
    for (int i = 0; i < n; i++) {
      if (i >= from && i < to) {
        continue;
      }
      for (int d = 0; d < dimension; d++) {
        x[d] = samples[i * dimension + d] - exactMean[d];
        mean[d] += x[d] / count;
      }
      for (int d = 0; d < dimension; d++) {
        for (int e = 0; e <= d; e++) {
          products[d][e] += x[d] * x[e];
        }
      }
    }
    double means = 0;
    double deviations = 0;
    double correlations = 0;
    int components = 0;
    int pairs = 0;
    for (int d = 0; d < dimension; d++) {
      if (exact[d][d] == 0) {
        continue;
      }
      double deviation = Math.sqrt(exact[d][d]);
      means += Math.pow(mean[d] / deviation, 2);
      deviations += Math.pow(Math.sqrt(covariance(products, mean, d, d, count)) / deviation - 1, 2);
      components++;
      for (int e = 0; e < d; e++) {
        if (exact[e][e] > 0) {
          double both =
              Math.sqrt(covariance(products, mean, d, d, count) * covariance(products, mean, e, e, count));
          double found = both == 0 ? 0 : covariance(products, mean, d, e, count) / both;
          correlations += Math.pow(found - exact[d][e] / Math.sqrt(exact[d][d] * exact[e][e]), 2);
          pairs++;
        }
      }
    }
    return new Errors(
        Math.sqrt(means / components), Math.sqrt(deviations / components), Math.sqrt(correlations / Math.max(1, pairs)));
  }

  private static double covariance(double[][] products, double[] mean, int d, int e, int count) {
    return (products[d][e] - count * mean[d] * mean[e]) / (count - 1);
  }
}
