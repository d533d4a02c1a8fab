package io.scorefield.experiment;

import java.util.Arrays;

/// Keeps the first numbers of a stream, as many as there is room for.
final class FirstSamples {
  private final int most;
  private float[] kept = {};
  private int size;

  /// @param most numbers at most
  FirstSamples(int most) {
    this.most = most;
  }

  void add(float[] block, int length) {
    int taken = Math.min(length, most - size);
    if (size + taken > kept.length) {
      kept = Arrays.copyOf(kept, (int) Math.min(most, Math.max(size + taken, 2L * kept.length)));
    }
    System.arraycopy(block, 0, kept, size, taken);
    size += taken;
  }

  float[] numbers() {
    return Arrays.copyOf(kept, size);
  }
}
