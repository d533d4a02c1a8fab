package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AssignmentTest {
  /// The least sum over all permutations.
  private static double least(double[][] cost, int row, boolean[] used) {
    if (row == cost.length) {
      return 0;
    }
    double best = Double.POSITIVE_INFINITY;
    for (int column = 0; column < cost.length; column++) {
      if (!used[column]) {
        used[column] = true;
        best = Math.min(best, cost[row][column] + least(cost, row + 1, used));
        used[column] = false;
      }
    }
    return best;
  }

  @Test
  void noPermutationIsCheaper() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      int n = 1 + random.nextInt(7);
      double[][] cost = new double[n][n];
      for (double[] row : cost) {
        for (int column = 0; column < n; column++) {
          // Whole numbers, so that many pairings are equal; negative ones too.
          row[column] = round % 2 == 0 ? random.nextInt(5) - 2 : random.nextGaussian();
        }
      }
      int[] pairs = Assignment.of(n, (row, column) -> cost[row][column]);
      assertThat(Arrays.stream(pairs).sorted().distinct().count()).isEqualTo(n);
      double sum = 0;
      for (int row = 0; row < n; row++) {
        sum += cost[row][pairs[row]];
      }
      assertThat(sum).isCloseTo(least(cost, 0, new boolean[n]), within(1e-9));
    }
  }

  @Test
  void onALineTheSortedOrderIsTheCheapest() {
    Random random = new Random(5);
    int n = 400;
    float[] a = new float[n];
    float[] b = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = (float) random.nextGaussian();
      b[i] = (float) (2 * random.nextGaussian() + 1);
    }
    float[] sortedA = a.clone();
    float[] sortedB = b.clone();
    Arrays.sort(sortedA);
    Arrays.sort(sortedB);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.pow(sortedA[i] - sortedB[i], 2);
    }
    assertThat(Assignment.wasserstein2(a, b, 1)).isCloseTo(Math.sqrt(sum / n), within(1e-6));
    assertThat(Assignment.wasserstein2(a, a, 1)).isZero();
  }

  @Test
  void refusesCostsThatAreNone() {
    assertThat(Assignment.of(0, (row, column) -> 0)).isEmpty();
    assertThatThrownBy(() -> Assignment.of(2, (row, column) -> Double.NaN)).hasMessageContaining("not finite");
    assertThatThrownBy(() -> Assignment.of(2, (row, column) -> row == 1 ? Double.POSITIVE_INFINITY : 0))
        .hasMessageContaining("row 1");
  }
}
