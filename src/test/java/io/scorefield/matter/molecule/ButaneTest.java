package io.scorefield.matter.molecule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.matter.molecule.MoleculeMetrics.Measured;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ButaneTest {
  private static final Butane BUTANE = new Butane(300);

  /// The integral of exp(-V/T) by an independent rule: sums of a periodic function converge beyond any order.
  @Test
  void theDensityOfDihedralAnglesIsNormalised() {
    int n = 500;
    double sum = 0;
    double gauche = 0;
    for (int i = 0; i < n; i++) {
      double phi = -Math.PI + 2 * Math.PI * (i + 0.5) / n;
      sum += BUTANE.density(phi) * 2 * Math.PI / n;
      gauche += Math.abs(phi) < 2 * Math.PI / 3 ? BUTANE.density(phi) * 2 * Math.PI / n : 0;
    }
    assertThat(sum).isEqualTo(1, within(1e-9));
    assertThat(BUTANE.gaucheShare()).isEqualTo(gauche, within(2e-4)).isBetween(0.3, 0.4);
    assertThat(Arrays.stream(BUTANE.probabilities(36)).sum()).isEqualTo(1, within(1e-12));
    assertThat(BUTANE.density(Math.PI)).isGreaterThan(BUTANE.density(Math.PI / 3)).isGreaterThan(BUTANE.density(0));
  }

  /// Bonds, angles and dihedral angles of a chain are those it is made of, whatever its orientation.
  @Test
  void anglesOfChainsAreFound() {
    double[] chain = Butane.chain(new double[] {1.5, 1.6, 1.4}, new double[] {2, 1.9}, -1.1);
    float[] point = new float[12];
    for (int c = 0; c < 12; c++) {
      point[c] = (float) chain[c];
    }
    assertThat(Dihedral.of(point, 0)).isEqualTo(-1.1, within(1e-6));
    point[11] = -point[11];
    point[2] = -point[2];
    assertThat(Dihedral.of(point, 0)).as("of the mirror image").isEqualTo(1.1, within(1e-6));
  }

  @Test
  void samplesHaveTheExactDistribution() {
    float[] points = BUTANE.draw(3, 20_000);
    double[] angles = Dihedral.of(points);
    double below = Arrays.stream(angles).filter(phi -> Math.abs(phi) < 2 * Math.PI / 3).count() / 20_000.0;
    assertThat(below).isEqualTo(BUTANE.gaucheShare(), within(4 * Math.sqrt(0.25 / 20_000)));
    Map<String, Measured> measured = new ButaneMetrics(BUTANE).measure(points);
    assertThat(measured.get("dihedral-tv").value()).isLessThan(0.025);
    assertThat(measured.get("gauche-error").standardError()).isEqualTo(Math.sqrt(below * (1 - below) / 20_000), within(0.002));
    assertThat(measured.get("bond-w1").value()).isLessThan(0.001);
    assertThat(measured.get("angle-w1").value()).isLessThan(0.1);
    double mean = 0;
    double orientation = 0;
    for (int i = 0; i < 20_000; i++) {
      mean = Math.max(mean, Math.abs(points[12 * i] + points[12 * i + 3] + points[12 * i + 6] + points[12 * i + 9]));
      orientation += (points[12 * i + 9] - points[12 * i]) / 20_000;
    }
    assertThat(mean).isLessThan(1e-5);
    assertThat(orientation).isEqualTo(0, within(0.05));
  }

  @Test
  void pointsAreFunctionsOfSeedAndNumber() {
    assertThat(BUTANE.draw(1, 5, 2)).containsExactly(Arrays.copyOfRange(BUTANE.draw(1, 7), 60, 84));
    assertThat(BUTANE.draw(1, 1)).isNotEqualTo(BUTANE.draw(2, 1));
    assertThatThrownBy(() -> new Butane(0)).hasMessageContaining("between 50 and 2000 K");
  }

  /// All chains trans: the total variation is the probability of everything else.
  @Test
  void wrongChainsAreFound() {
    float[] point = new float[12];
    double[] chain = Butane.chain(new double[] {1.54, 1.54, 1.54}, new double[] {1.99, 1.99}, Math.PI - 0.05);
    for (int c = 0; c < 12; c++) {
      point[c] = (float) chain[c];
    }
    Map<String, Measured> measured = new ButaneMetrics(BUTANE).measure(point);
    assertThat(measured.get("dihedral-tv").value()).isEqualTo(1 - BUTANE.probabilities(36)[35], within(1e-9));
    assertThat(measured.get("gauche-share").value()).isZero();
    assertThat(measured.get("bond-w1").value()).isEqualTo(0.025, within(0.005));
  }
}
