package io.scorefield.rng;

/// The counter-based generator Philox4x32-10.
///
/// Ten rounds of multiplication and exclusive or turn a 128-bit counter and a 64-bit key into four
/// 32-bit words. There is no state: the same counter and key give the same words on every device
/// and in any order, which is what makes sample i a function of (seed, i) alone.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public final class Philox {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /// Computes one block of four words.
  ///
  /// @param seed the 64-bit key; its low half is key word 0
  /// @param sample counter words 0 (low half) and 1 (high half)
  /// @param block counter word 2
  /// @param stream counter word 3
  /// @param words receives the four words, length at least 4
  public static void block(long seed, long sample, int block, int stream, int[] words) {
    int c0 = (int) sample;
    int c1 = (int) (sample >>> 32);
    int c2 = block;
    int c3 = stream;
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
      long product1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
  }
}
