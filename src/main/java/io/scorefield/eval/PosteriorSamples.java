package io.scorefield.eval;

import java.util.List;

/// Posterior samples of every case by one method.
///
/// @param samples [case][n, D] in data units less the origin
public record PosteriorSamples(String method, List<float[]> samples) {}
