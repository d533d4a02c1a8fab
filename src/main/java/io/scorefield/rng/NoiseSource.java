package io.scorefield.rng;

/// Random numbers of one seed, addressed by (stream, sample, number).
///
/// Normal number n of a sample is number n mod 4 of Philox block n / 4, so that no word is wasted
/// whatever the dimension. An instance keeps the last block it computed and is not thread-safe; it
/// costs nothing to make one per thread.
public final class NoiseSource {
  /// Numbers a stream holds for one sample: 2^32 blocks of four.
  public static final long NUMBERS_PER_SAMPLE = 1L << 34;

  private final long seed;
  private final int[] words = new int[4];
  private final float[] normals = new float[4];

  public NoiseSource(long seed) {
    this.seed = seed;
  }

  public long seed() {
    return seed;
  }

  /// Writes normals first .. first + count - 1 of a sample to `out[offset ..]`.
  ///
  /// @throws IllegalArgumentException when the range leaves the stream
  public void normals(
      NoiseStream stream, long sample, long first, float[] out, int offset, int count) {
    check(first, count);
    for (int i = 0; i < count; ) {
      long number = first + i;
      Philox.block(seed, sample, (int) (number >>> 2), stream.id(), words);
      Normals.fromWords(words, normals);
      for (int lane = (int) (number & 3); lane < 4 && i < count; lane++, i++) {
        out[offset + i] = normals[lane];
      }
    }
  }

  /// Word number n (n mod 4 of block n / 4) of a sample.
  public int word(NoiseStream stream, long sample, long number) {
    check(number, 1);
    Philox.block(seed, sample, (int) (number >>> 2), stream.id(), words);
    return words[(int) (number & 3)];
  }

  /// How many signs a stream holds for one sample.
  public static final long SIGNS_PER_SAMPLE = 32 * NUMBERS_PER_SAMPLE;

  /// Sign number n of a sample: -1 where bit n mod 32 of word n / 32 is set, else 1.
  public double sign(NoiseStream stream, long sample, long number) {
    int word = word(stream, sample, number >>> 5);
    return (word >>> (number & 31) & 1) == 0 ? 1 : -1;
  }

  /// Uniform number n of a sample, (word + 1/2) / 2^32, strictly between 0 and 1.
  public double uniform(NoiseStream stream, long sample, long number) {
    return toUniform(word(stream, sample, number));
  }

  /// (word + 1/2) / 2^32 of an unsigned word.
  public static double toUniform(int word) {
    return ((word & 0xFFFFFFFFL) + 0.5) * 0x1.0p-32;
  }

  /// Maps an unsigned word to 0 .. bound - 1: the high half of word * bound (Lemire).
  ///
  /// The bias is at most bound / 2^32.
  public static int toIndex(int word, int bound) {
    return (int) (((word & 0xFFFFFFFFL) * bound) >>> 32);
  }

  private static void check(long first, long count) {
    if (first < 0 || count < 0 || first + count > NUMBERS_PER_SAMPLE) {
      throw new IllegalArgumentException(
          "random numbers " + first + " .. " + (first + count) + " leave the stream of a sample");
    }
  }
}
