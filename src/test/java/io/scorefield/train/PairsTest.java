package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PairsTest {
  @Test
  void everyPointIsThereEquallyOftenAndTheNoiseIsThatOfTheStream() {
    int n = 700;
    float[] states = new float[n];
    for (int i = 0; i < n; i++) {
      states[i] = (float) Math.sin(i) + i * 1e-3f;
    }
    Pairs pairs = Pairs.optimal(states, 1, 9, 4000);
    int copies = 6;
    assertThat(pairs.points()).hasSize(copies * n);
    float[] all = pairs.points().clone();
    Arrays.sort(all);
    float[] once = states.clone();
    Arrays.sort(once);
    for (int i = 0; i < n; i++) {
      assertThat(all[i * copies]).isEqualTo(once[i]);
      assertThat(all[i * copies + copies - 1]).isEqualTo(once[i]);
    }
    // On a line the cheapest pairing of a group puts both in order; the noise is a permutation of what is drawn.
    for (int group = 0; group < 2; group++) {
      int first = group * Pairs.GROUP;
      float[] own = Arrays.copyOfRange(pairs.points(), first, first + Pairs.GROUP);
      float[] partners = Arrays.copyOfRange(pairs.noise(), first, first + Pairs.GROUP);
      float[] drawn = new float[Pairs.GROUP];
      for (int i = 0; i < Pairs.GROUP; i++) {
        new NoiseSource(9).normals(NoiseStream.TRAINING_NOISE, first + i, 0, drawn, i, 1);
      }
      double cost = squares(own, partners);
      Arrays.sort(own);
      Arrays.sort(drawn);
      Arrays.sort(partners);
      assertThat(partners).containsExactly(drawn);
      assertThat(cost).isCloseTo(squares(own, drawn), within(1e-9));
    }
  }

  private static double squares(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return sum;
  }
}
