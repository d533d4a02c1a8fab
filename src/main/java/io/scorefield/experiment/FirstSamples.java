package io.scorefield.experiment;

import io.scorefield.io.Layout;
import java.util.Arrays;

/// Keeps the first numbers of a stream of points, as many as there is room for, as they will be read from their file.
final class FirstSamples {
  private final Layout layout;
  private final int most;
  private float[] kept = {};
  private int size;

  /// @param most numbers at most
  FirstSamples(Layout layout, int most) {
    this.layout = layout;
    this.most = most;
  }

  void add(float[] block, int length) {
    int taken = Math.min(length, most - size);
    if (size + taken > kept.length) {
      kept = Arrays.copyOf(kept, (int) Math.min(most, Math.max(size + taken, 2L * kept.length)));
    }
    for (int i = 0; i < taken; i++) {
      kept[size + i] = layout.asRead(block[i], i % layout.dimension());
    }
    size += taken;
  }

  float[] numbers() {
    return Arrays.copyOf(kept, size);
  }
}
