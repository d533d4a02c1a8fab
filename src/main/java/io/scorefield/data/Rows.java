package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;

/// The distribution that gives each of some points with equal probability: all that is known of data from a file.
///
/// @param points [N, D] in data units; not copied
public record Rows(String name, int dimension, float[] points) implements Distribution {
  @Override
  public float[] draw(long seed, long first, int count) {
    NoiseSource random = new NoiseSource(seed);
    int n = points.length / dimension;
    float[] drawn = new float[Math.multiplyExact(count, dimension)];
    for (int i = 0; i < count; i++) {
      int row = NoiseSource.toIndex(random.word(NoiseStream.DATA, first + i, 0), n);
      System.arraycopy(points, row * dimension, drawn, i * dimension, dimension);
    }
    return drawn;
  }
}
