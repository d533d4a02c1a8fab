package io.scorefield.eval;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// How likely points are to a model.
///
/// The noise floor of a metric is what it would be if the model were the truth p, at the same points: an estimate of the
/// entropy of p. The divergence is the mean of the differences, whose error does not have the entropy's spread in it.
///
/// @param logDensities ln q of points of p, or a lower bound on it, `[n]`
/// @param exact ln p of the same points, `[n]`, where p is known
/// @param coordinates S, that q is over
public record LikelihoodMetrics(double[] logDensities, Optional<double[]> exact, int coordinates) {
  /// Mean of -ln q in nats. It depends on the units of the data.
  public static final String NEGATIVE_LOG_LIKELIHOOD = "negative-log-likelihood";

  /// The same / (S ln 2).
  public static final String BITS = "bits-per-dimension";

  /// KL(p || q), the mean of ln p - ln q, in nats.
  public static final String DIVERGENCE = "kullback-leibler";

  /// The mean of a bound on -ln q, in nats.
  public static final String BOUND = "bound";

  /// How far the bound lies above the entropy of p, in nats.
  public static final String BOUND_GAP = "bound-above-entropy";

  /// L_T of a variational bound, in nats.
  public static final String PRIOR = "bound-prior";

  /// The sum of its L_t.
  public static final String STEPS = "bound-steps";

  /// L_0.
  public static final String RECONSTRUCTION = "bound-reconstruction";

  /// The metrics of a density.
  public Map<String, MetricValue> ofDensity() {
    return metrics(NEGATIVE_LOG_LIKELIHOOD, DIVERGENCE);
  }

  /// The metrics of a bound.
  public Map<String, MetricValue> ofBound() {
    return metrics(BOUND, BOUND_GAP);
  }

  private Map<String, MetricValue> metrics(String nats, String above) {
    Map<String, MetricValue> metrics = new LinkedHashMap<>();
    double entropy = -exact.map(logs -> Arrays.stream(logs).average().orElseThrow()).orElse(Double.NaN);
    double[] costs = Arrays.stream(logDensities).map(log -> -log).toArray();
    double unit = coordinates * Math.log(2);
    metrics.put(nats, ImportanceWeights.mean(costs, entropy));
    metrics.put(
        BITS, ImportanceWeights.mean(Arrays.stream(costs).map(cost -> cost / unit).toArray(), entropy / unit));
    exact.ifPresent(logs -> metrics.put(above, ImportanceWeights.mean(difference(logs, logDensities), 0)));
    return metrics;
  }

  /// The mean of numbers that have no floor.
  public static MetricValue mean(double[] numbers) {
    return ImportanceWeights.mean(numbers, Double.NaN);
  }

  /// a - b, number by number.
  public static double[] difference(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
  }
}
