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

  /// The same metrics of what samples are read beside, as true ones that are changed a little: by names that stand in the
  /// table below the methods.
  default Map<String, Map<String, MetricValue>> beside() {
    return Map.of();
  }
}
