package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EarthMoverTest {
  @Test
  void itIsTheWorkOfMoving() {
    assertThat(EarthMover.distance(new double[] {3, 1}, new double[] {1, 3})).isZero();
    assertThat(EarthMover.distance(new double[] {0, 1, 2}, new double[] {5, 6, 7})).isEqualTo(5, within(1e-12));
    assertThat(EarthMover.distance(new double[] {0}, new double[] {-1, 2})).isEqualTo(1.5, within(1e-12));
    assertThat(EarthMover.distance(new double[] {0, 0, 3}, new double[] {0, 3})).isEqualTo(0.5, within(1e-12));
    assertThatThrownBy(() -> EarthMover.distance(new double[0], new double[1])).hasMessageContaining("0 and 1 numbers");
  }
}
