package io.scorefield.peers;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;

/// The noise that the engines would draw, for samples 0 .. n - 1: fed to a peer so that its samples can be
/// compared one by one.
///
/// @param prior [n, D], scaled
/// @param noise [rows][n, D]
record Feed(float[] prior, float[][] noise) {
  static Feed of(StepProgram program, int dimension, int n, long seed) {
    NoiseSource source = new NoiseSource(seed);
    float[] prior = new float[n * dimension];
    for (int i = 0; i < n; i++) {
      source.normals(NoiseStream.PRIOR, i, 0, prior, i * dimension, dimension);
    }
    for (int i = 0; i < prior.length; i++) {
      prior[i] *= (float) program.priorScale();
    }
    float[][] noise = new float[program.rows().size()][];
    for (int r = 0; r < noise.length; r++) {
      StepRow row = program.rows().get(r);
      noise[r] = new float[n * dimension];
      for (int i = 0; row.noise() != 0 && i < n; i++) {
        source.normals(
            row.stream(), i, (long) row.noiseStep() * dimension, noise[r], i * dimension, dimension);
      }
    }
    return new Feed(prior, noise);
  }
}
