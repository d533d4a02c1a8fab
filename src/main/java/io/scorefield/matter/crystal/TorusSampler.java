package io.scorefield.matter.crystal;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;

/// Samples fractional coordinates with a score that is known, without a network and without an engine: the check of the method
/// itself.
///
/// Between two levels a step of the reverse process, at every level but the last some steps of Langevin's dynamics of the
/// size r sigma^2, and in the end x - sigma (mean noise). Source: DiffCSP (arXiv 2309.04475), algorithm 2, with
/// larger corrections.
///
/// @param levels noise levels from large to small
/// @param corrections steps of Langevin's dynamics at a level
/// @param size r of them
public record TorusSampler(double[] levels, int corrections, double size) {
  /// The mean of the noise given noisy places.
  @FunctionalInterface
  public interface MeanNoise {
    /// @param x [N, 3]
    double[] of(double[] x, double sigma);
  }

  /// Places number i of a seed, [N, 3].
  public double[] sample(MeanNoise noise, int atoms, long seed, long i) {
    NoiseSource source = new NoiseSource(seed);
    int numbers = 3 * atoms;
    double[] x = new double[numbers];
    for (int k = 0; k < numbers; k++) {
      x[k] = source.uniform(NoiseStream.PRIOR, i, k);
    }
    float[] z = new float[numbers];
    long predicted = 0;
    long corrected = 0;
    for (int level = 0; level < levels.length; level++) {
      double sigma = levels[level];
      for (int c = 0; c < corrections; c++) {
        source.normals(NoiseStream.CORRECTOR, i, corrected, z, 0, numbers);
        corrected += numbers;
        double[] mean = noise.of(x, sigma);
        for (int k = 0; k < numbers; k++) {
          x[k] += -size * sigma * mean[k] + Math.sqrt(2 * size) * sigma * z[k];
        }
      }
      double[] mean = noise.of(x, sigma);
      double after = level + 1 < levels.length ? levels[level + 1] : 0;
      double kept = sigma * sigma - after * after;
      source.normals(NoiseStream.SAMPLER, i, predicted, z, 0, numbers);
      predicted += numbers;
      for (int k = 0; k < numbers; k++) {
        x[k] += -kept / sigma * mean[k] + after * Math.sqrt(kept) / sigma * z[k];
      }
    }
    return x;
  }
}
