package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GreatCircleTest {
  @Test
  void turnsEvenlyAndKeepsTheLength() {
    GreatCircle circle = GreatCircle.between(new float[] {2, 0, 0}, new float[] {0, 0, 2});
    assertThat(circle.angle()).isCloseTo(Math.PI / 2, within(1e-12));
    float[] points = circle.points(5);
    for (int i = 0; i < 5; i++) {
      double angle = Math.PI / 8 * i;
      assertThat(points[3 * i]).isCloseTo((float) (2 * Math.cos(angle)), within(1e-6f));
      assertThat(points[3 * i + 1]).isZero();
      assertThat(points[3 * i + 2]).isCloseTo((float) (2 * Math.sin(angle)), within(1e-6f));
    }
  }

  @Test
  void equalCodesAreAPointAndNearOnesAStraightLine() {
    float[] points = GreatCircle.between(new float[] {1, 1}, new float[] {3, 3}).points(3);
    assertThat(points).containsExactly(1, 1, 2, 2, 3, 3);
  }

  @Test
  void refusesCodesWithoutAWay() {
    assertThatThrownBy(() -> GreatCircle.between(new float[] {1, 0}, new float[] {-3, 0})).hasMessageContaining("opposite");
    assertThatThrownBy(() -> GreatCircle.between(new float[] {0, 0}, new float[] {1, 0})).hasMessageContaining("is 0");
    assertThatThrownBy(() -> GreatCircle.between(new float[] {1}, new float[] {1, 0})).hasMessageContaining("1 and 2");
  }
}
