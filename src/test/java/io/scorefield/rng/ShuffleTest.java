package io.scorefield.rng;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShuffleTest {
  @Test
  void isAPermutationThatChangesWithTheEpoch() {
    int[] first = Shuffle.order(1, 0, 1000);
    int[] second = Shuffle.order(1, 1, 1000);
    assertThat(Arrays.stream(first).sorted().toArray())
        .containsExactly(IntStream.range(0, 1000).toArray());
    assertThat(second).isNotEqualTo(first);
    assertThat(Shuffle.order(1, 0, 1000)).containsExactly(first);
  }

  @Test
  void putsEveryElementEverywhereEquallyOften() {
    int size = 5;
    int epochs = 20_000;
    int[][] counts = new int[size][size];
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = Shuffle.order(3, epoch, size);
      for (int i = 0; i < size; i++) {
        counts[i][order[i]]++;
      }
    }
    // Binomial(20000, 1/5): standard deviation 57.
    for (int[] row : counts) {
      assertThat(Arrays.stream(row).boxed())
          .allSatisfy(count -> assertThat(count).isBetween(4000 - 250, 4000 + 250));
    }
  }
}
