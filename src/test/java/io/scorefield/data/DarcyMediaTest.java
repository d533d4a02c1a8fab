package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DarcyMediaTest {
  private static final DarcyMedia MEDIA = new DarcyMedia(1, 8, 0.1, 0.5, 0.5);
  private static final int MADE = 16;

  /// Every point is what the solver gives for its k and its strength.
  @Test
  void flowsBelongToTheirConditions() {
    int n = 200;
    float[] points = MEDIA.draw(3, 0, n);
    int smooth = 0;
    double strengths = 0;
    for (int i = 0; i < n; i++) {
      int at = i * MEDIA.dimension();
      double[] told = new double[3];
      Arrays.setAll(told, c -> points[at + MADE + c]);
      assertThat(told[0]).isBetween(0.5, 2.0);
      assertThat(told[1] + told[2]).isEqualTo(1);
      double[] k = new double[8];
      Arrays.setAll(k, p -> points[at + p]);
      double[] u = MEDIA.given(told).solve(k);
      for (int p = 0; p < 8; p++) {
        assertThat((double) points[at + 8 + p]).isCloseTo(u[p], within(1e-6));
      }
      smooth += (int) told[2];
      strengths += told[0] / n;
    }
    // Four standard errors of a fair coin and of a uniform number.
    assertThat(smooth).isBetween(100 - 29, 100 + 29);
    assertThat(strengths).isCloseTo(1.25, within(4 * 1.5 / Math.sqrt(12.0 * n)));
  }

  @Test
  void anyPartOfThePointsIsTheSame() {
    float[] some = MEDIA.draw(3, 5, 2);
    float[] all = MEDIA.draw(3, 0, 7);
    assertThat(some).containsExactly(Arrays.copyOfRange(all, 5 * MEDIA.dimension(), all.length));
    assertThat(MEDIA.whole().draw(3, 0, 7)).hasSize(7 * MADE);
  }

  /// Neighbours of smooth media are more alike than those of rough ones: correlations exp(-h^2 / (2 length^2)).
  @Test
  void classesAreRoughAndSmooth() {
    for (String medium : new String[] {"rough", "smooth"}) {
      double length = medium.equals("rough") ? 0.1 : 0.5;
      double[] told = MEDIA.told().of(Map.of("strength", "1", "medium", medium));
      float[] fields = MEDIA.given(told).draw(4, 0, 4000);
      double product = 0;
      double square = 0;
      for (int i = 0; i < 4000; i++) {
        double a = Math.log(fields[i * MADE + 3]);
        double b = Math.log(fields[i * MADE + 4]);
        product += a * b;
        square += (a * a + b * b) / 2;
      }
      double h = 1.0 / 9;
      assertThat(product / square).isCloseTo(Math.exp(-h * h / (2 * length * length)), within(0.04));
    }
  }
}
