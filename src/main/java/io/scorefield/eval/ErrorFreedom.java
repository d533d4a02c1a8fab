package io.scorefield.eval;

import java.util.List;

/// From how many independent deviations the standard error of a metric was worked out.
public final class ErrorFreedom {
  /// Groups of the jackknife, less one.
  private static final int JACKKNIFE = 9;

  /// Metrics that are means over samples; their error is s / sqrt(n).
  private static final List<String> MEANS =
      List.of(Evaluator.PHYSICAL_LOSS, Evaluator.NEAREST_TRAINING, Evaluator.MEMORISED, "asked-class-share");

  private ErrorFreedom() {}

  /// The degrees of freedom of a metric's error. Errors of which it is not known that they are of a mean count as those
  /// of a jackknife, which is the careful side.
  ///
  /// @param seeds over how many runs the metric is a mean; 1: its error is that over the samples
  public static double of(String metric, MetricValue value, int seeds) {
    if (seeds > 1) {
      return seeds - 1.0;
    }
    boolean mean = MEANS.contains(metric) || metric.startsWith("law: ") || metric.startsWith("objective: ");
    return mean ? Math.max(1, value.samples() - 1.0) : JACKKNIFE;
  }
}
