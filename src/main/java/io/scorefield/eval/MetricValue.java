package io.scorefield.eval;

/// A measured metric.
///
/// @param value the metric
/// @param standardError its standard error over the samples
/// @param noiseFloor what the metric gives for true samples of the same size: the mean over
///     independent pairs of draws of the true distribution; not a number where it cannot be known
/// @param samples how many samples entered
public record MetricValue(double value, double standardError, double noiseFloor, int samples) {}
