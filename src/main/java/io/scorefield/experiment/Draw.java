package io.scorefield.experiment;

import java.util.Arrays;
import java.util.List;

/// Samples that are looked at, with their way from noise.
///
/// @param times noise levels of the states, the highest first
/// @param states [times][count, D] in data units less the origin, the last are the samples; of a model in a latent space
///     the samples alone
/// @param residuals of every sample the mean |r| of the laws, [count]; empty where there are no laws
/// @param evaluations of the network for one sample
/// @param seconds that it took
public record Draw(List<Double> times, List<float[]> states, int count, double[] residuals, int evaluations, double seconds) {
  public Draw {
    times = List.copyOf(times);
    states = List.copyOf(states);
  }

  /// [count, D] in data units less the origin.
  public float[] samples() {
    return states.getLast();
  }

  /// The mean residual; not a number where there are no laws.
  public double residual() {
    return Arrays.stream(residuals).average().orElse(Double.NaN);
  }
}
