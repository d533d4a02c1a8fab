package io.scorefield.rng;

/// Random orders: Fisher and Yates' shuffle fed by stream {@link NoiseStream#TRAINING_ROWS}.
public final class Shuffle {
  private Shuffle() {}

  /// A uniformly random order of 0 .. size - 1 for the given epoch.
  ///
  /// The words are numbers 4, 5, ... of sample `epoch`: block 0 of that stream belongs to the
  /// noise level of training example number `epoch`, so the two never share a word.
  public static int[] order(long seed, long epoch, int size) {
    int[] words = new int[4];
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int number = size - 1 - i;
      if ((number & 3) == 0) {
        Philox.block(seed, epoch, 1 + number / 4, NoiseStream.TRAINING_ROWS.id(), words);
      }
      int j = NoiseSource.toIndex(words[number & 3], i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
