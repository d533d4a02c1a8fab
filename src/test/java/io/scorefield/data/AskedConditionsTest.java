package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AskedConditionsTest {
  @Test
  void rowsComeInTurn() {
    AskedConditions asked = AskedConditions.inTurn(new float[] {1, 2, 3, 4, 5, 6}, 2);
    assertThat(asked.of(9, 2, 3)).containsExactly(5, 6, 1, 2, 3, 4);
  }

  @Test
  void rowsComeAsOftenAsInTheData() {
    AskedConditions asked = AskedConditions.asIn(new float[] {5, 7, 5, 5}, 1);
    assertThat(asked.rows()).containsExactly(5, 7);
    assertThat(asked.weights()).containsExactly(3, 1);
    float[] drawn = asked.of(1, 0, 20_000);
    int fives = 0;
    for (float value : drawn) {
      fives += value == 5 ? 1 : 0;
    }
    assertThat(fives / 20_000.0).isCloseTo(0.75, within(0.012)); // four standard errors
    // A sample's conditions do not depend on how many are asked for.
    assertThat(asked.of(1, 137, 1)[0]).isEqualTo(drawn[137]);
    assertThat(asked.of(2, 0, 100)).isNotEqualTo(asked.of(1, 0, 100));
  }

  @Test
  void whatIsNoTableIsRefused() {
    assertThatThrownBy(() -> AskedConditions.inTurn(new float[3], 2)).hasMessageContaining("3 numbers");
    assertThatThrownBy(() -> new AskedConditions(new float[4], 2, new double[3])).hasMessageContaining("2 rows and 3 weights");
  }
}
