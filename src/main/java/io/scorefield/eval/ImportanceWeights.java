package io.scorefield.eval;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/// How well samples of a density q stand for a density p that is known up to a factor, by the weights w = p / q.
///
/// Weights enter by their logarithms, so that neither the unknown factor nor the size of an energy matters. A sample
/// where p is 0 has the logarithm -infinity.
///
/// @param logWeights ln p - ln q of samples of q, up to a constant, `[n]`
/// @param logWeightsOfTruth the same, with the same constant, of samples of p, `[m]`
public record ImportanceWeights(double[] logWeights, double[] logWeightsOfTruth) {
  /// (sum w)^2 / (n sum w^2) over samples of q, in (0, 1]; 1 if q = p (Kish 1965). The share of n samples that as many exact
  /// samples are worth. Samples know only the modes that q has: where q misses one, this is too high.
  public static final String SHARE = "effective-share";

  /// 1 / (mean of w over samples of p * mean of 1/w over samples of p), of which the expectation of the former is the limit
  /// too. True samples know all modes: where q has too little of one, w is large there. (Midgley et al. 2023, FAB.)
  public static final String SHARE_BY_TRUTH = "effective-share-by-truth";

  /// The largest w over the sum of all: 1/n if q = p. Near 1, one sample decides everything, and the effective share has
  /// no error that means anything.
  public static final String LARGEST = "largest-weight-share";

  private static final int GROUPS = 20;

  public ImportanceWeights {
    for (double[] logs : new double[][] {logWeights, logWeightsOfTruth}) {
      if (Arrays.stream(logs).anyMatch(log -> Double.isNaN(log) || log == Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a weight is not a number");
      }
      if (logs.length < GROUPS || Arrays.stream(logs).allMatch(log -> log == Double.NEGATIVE_INFINITY)) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "weights need %d samples, one of them where the density is not 0", GROUPS));
      }
    }
  }

  /// The three metrics by name.
  public Map<String, MetricValue> metrics() {
    Map<String, MetricValue> metrics = new LinkedHashMap<>();
    metrics.put(SHARE, share());
    metrics.put(SHARE_BY_TRUTH, shareByTruth());
    metrics.put(LARGEST, largest());
    return metrics;
  }

  /// {@link #SHARE} with the standard error of a jackknife over groups.
  public MetricValue share() {
    return value(
        logWeights, 1,
        kept -> Math.exp(2 * logMean(kept, log -> log) - logMean(kept, log -> 2 * log)));
  }

  /// {@link #SHARE_BY_TRUTH} likewise.
  public MetricValue shareByTruth() {
    return value(
        logWeightsOfTruth, 1,
        kept -> Math.exp(-logMean(kept, log -> log) - logMean(kept, log -> -log)));
  }

  /// {@link #LARGEST}, without an error: a largest number has none that groups could tell.
  public MetricValue largest() {
    double most = Arrays.stream(logWeights).max().orElseThrow();
    int n = logWeights.length;
    double share = Math.exp(most - logMean(logWeights, log -> log)) / n;
    return new MetricValue(share, 0, 1.0 / n, n);
  }

  /// The mean of numbers of true samples, with the standard error of the same jackknife: samples near each other may belong
  /// to one chain.
  ///
  /// @param exact the mean if q = p
  public static MetricValue mean(double[] numbers, double exact) {
    return value(numbers, exact, kept -> Arrays.stream(kept).average().orElseThrow());
  }

  /// ln of the mean of w over samples of q: ln of the integral of p, if the logarithms have no other constant.
  public double logNormalisation() {
    return logMean(logWeights, log -> log);
  }

  @FunctionalInterface
  private interface Metric {
    double of(double[] logs);
  }

  private static MetricValue value(double[] logs, double exact, Metric metric) {
    Jackknife found = Jackknife.of(GROUPS, group -> metric.of(group < 0 ? logs : without(logs, group)));
    return new MetricValue(found.value(), found.standardError(), exact, logs.length);
  }

  private static double[] without(double[] logs, int group) {
    int from = Jackknife.start(logs.length, group, GROUPS);
    int to = Jackknife.start(logs.length, group + 1, GROUPS);
    double[] kept = Arrays.copyOf(logs, logs.length - (to - from));
    System.arraycopy(logs, to, kept, from, logs.length - to);
    return kept;
  }

  /// ln of the mean of exp(of(log)).
  private static double logMean(double[] logs, DoubleUnaryOperator of) {
    double most = Arrays.stream(logs).map(of).max().orElseThrow();
    return most + Math.log(Arrays.stream(logs).map(log -> Math.exp(of.applyAsDouble(log) - most)).average().orElseThrow());
  }
}
