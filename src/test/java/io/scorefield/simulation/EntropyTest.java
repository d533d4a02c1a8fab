package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntropyTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void normalsHaveTheEntropyOfAHarmonicWell(int dimension) {
    double temperature = 0.6;
    float[] states = new float[2000 * dimension];
    Random random = new Random(2);
    for (int i = 0; i < states.length; i++) {
      states[i] = (float) (Math.sqrt(temperature) * random.nextGaussian());
    }
    var line = Collections.nCopies(dimension, Interval.LINE);
    Average entropy = DifferentialEntropy.of(states, new Absorption(2000, line), line);
    double exact = dimension / 2.0 * Math.log(2 * Math.PI * Math.E * temperature);
    assertThat(entropy.mean()).isCloseTo(exact, within(3 * entropy.error()));
    assertThat(entropy.error()).isBetween(0.01, 0.06);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void walkersAtOnePlaceOrWithManyComponentsHaveNone(int dimension) {
    var line = Collections.nCopies(dimension, Interval.LINE);
    assertThat(DifferentialEntropy.of(new float[50 * dimension], new Absorption(50, line), line))
        .isEqualTo(Average.NONE);
  }
}
