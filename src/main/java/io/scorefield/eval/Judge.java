package io.scorefield.eval;

import java.util.Map;

/// Measures samples of a kind of data that has metrics of its own.
public interface Judge {
  /// What the samples are compared with, in words.
  String reference();

  /// The metrics of samples.
  ///
  /// @param samples [n, D] in data units less the origin, conditions included
  /// @param most of them that need be measured: the first
  Map<String, MetricValue> of(float[] samples, int most);
}
