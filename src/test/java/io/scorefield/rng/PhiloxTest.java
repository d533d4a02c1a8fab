package io.scorefield.rng;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  @ParameterizedTest(name = "counter {0}, key {1}")
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void givesThePublishedKnownAnswers(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    int[] result = new int[4];
    long seed = (k[0] & 0xFFFFFFFFL) | (long) k[1] << 32;
    long sample = (c[0] & 0xFFFFFFFFL) | (long) c[1] << 32;
    Philox.block(seed, sample, c[2], c[3], result);
    assertThat(result).containsExactly(words(expected));
  }

  @Test
  void agreesWithCommonsRng() {
    // Commons RNG increments the counter before its first block, so it starts at -1.
    Random random = new Random(7);
    for (int trial = 0; trial < 20; trial++) {
      long seed = random.nextLong();
      int[] state = {(int) seed, (int) (seed >>> 32), -1, -1, -1, -1};
      UniformRandomProvider oracle = RandomSource.PHILOX_4X32.create(state);
      int[] words = new int[4];
      for (int block = 0; block < 50; block++) {
        Philox.block(seed, block, 0, 0, words);
        for (int word : words) {
          assertThat(oracle.nextInt()).isEqualTo(word);
        }
      }
    }
  }

  private static int[] words(String hex) {
    String[] parts = hex.strip().split(" ");
    int[] words = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      words[i] = (int) HexFormat.fromHexDigitsToLong(parts[i]);
    }
    return words;
  }
}
