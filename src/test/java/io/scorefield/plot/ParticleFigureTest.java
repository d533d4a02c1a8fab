package io.scorefield.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.plot.ParticleFigures.Configuration;
import io.scorefield.plot.ParticleFigures.Histogram;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParticleFigureTest {
  private static final ParticleView PLANE = new ParticleView(2, 4, 0.5, 2);
  private static final ParticleView SPACE = new ParticleView(3, 4, 0.5, 2);

  @TempDir Path folder;

  private static BufferedImage image(ParticleView view, float... positions) {
    Figure figure =
        ParticleFigures.configurations(List.of(new Configuration("t", "U = 1", positions, false)), 1, view);
    return figure.image(1);
  }

  /// Pixels that are neither white nor grey in the part of a panel with particles.
  private static int coloured(BufferedImage image) {
    int count = 0;
    for (int y = 26; y < 190; y++) {
      for (int x = 10; x < 180; x++) {
        Color color = new Color(image.getRGB(x, y));
        count += Math.abs(color.getBlue() - color.getRed()) > 20 ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void aParticleIsDrawnWhereItIs() {
    BufferedImage image = image(PLANE, 2, 1, -2, -1);
    // The frame is 174 points wide from (8, 24) on: 21.75 points a unit.
    for (int sign = -1; sign <= 1; sign += 2) {
      Color there = new Color(image.getRGB(8 + 87 + sign * 43, 24 + 87 - sign * 22));
      assertThat(there.getBlue()).isGreaterThan(there.getRed() + 20);
    }
    assertThat(image.getRGB(8 + 87 + 43, 24 + 87 + 22) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    // Two discs of radius 0.5.
    assertThat((double) coloured(image)).isCloseTo(2 * Math.PI * Math.pow(0.5 * 21.75, 2), within(60.0));
  }

  @Test
  void whatIsFartherAwayIsSmallerAndPaler() {
    // Along the line of sight, turned by 32 and tilted by 18 degrees.
    double front = Math.cos(Math.toRadians(18));
    float x = (float) (-Math.sin(Math.toRadians(32)) * front * 3);
    float y = (float) (Math.sin(Math.toRadians(18)) * 3);
    float z = (float) (Math.cos(Math.toRadians(32)) * front * 3);
    ParticleView.Seen near = SPACE.seen(new float[] {x, y, z}, 0);
    ParticleView.Seen far = SPACE.seen(new float[] {-x, -y, -z}, 0);
    assertThat(near.depth()).isCloseTo(0.75, within(1e-6));
    assertThat(far.depth()).isCloseTo(-0.75, within(1e-6));
    assertThat(near.x()).isCloseTo(0, within(1e-6));
    assertThat(near.y()).isCloseTo(0, within(1e-6));
    assertThat(near.scale()).isGreaterThan(far.scale());
    Color front2 = new Color(image(SPACE, x, y, z).getRGB(8 + 87, 24 + 87));
    Color behind = new Color(image(SPACE, -x, -y, -z).getRGB(8 + 87, 24 + 87));
    assertThat(behind.getRed()).isGreaterThan(front2.getRed() + 20);
    // Both: the near one hides the far one.
    assertThat(image(SPACE, -x, -y, -z, x, y, z).getRGB(8 + 87, 24 + 87))
        .isEqualTo(image(SPACE, x, y, z, -x, -y, -z).getRGB(8 + 87, 24 + 87))
        .isEqualTo(front2.getRGB());
  }

  @Test
  void nearPairsAreJoined() {
    BufferedImage joined = image(PLANE, 0.9f, 0, -0.9f, 0);
    BufferedImage apart = image(PLANE, 1.1f, 0, -1.1f, 0);
    assertThat(joined.getRGB(8 + 87, 24 + 87) & 0xFFFFFF).isEqualTo(0xBBBBBB);
    assertThat(apart.getRGB(8 + 87, 24 + 87) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @Test
  void absurdPositionsAndEnergiesAreDrawnToo() throws Exception {
    float[] wild = {1e30f, -1e30f, Float.MAX_VALUE, 0, 0, 0};
    ParticleFigures.configurations(List.of(new Configuration("t", "U = none", wild, true)), 3, SPACE).write(folder, "wild");
    assertThat(Files.size(folder.resolve("wild.png"))).isPositive();
    double[] truth = {1, 2, 2, 3, 4};
    double[] other = {Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1e300, 2};
    ParticleFigures.histograms(List.of(new Histogram("Energy", "U", truth, List.of("one"), List.of(other)))).write(folder, "energies");
    assertThat(Files.size(folder.resolve("energies.png"))).isPositive();
  }

  @Test
  void theViewShowsNearlyAllParticles() {
    float[] samples = {1, 0, -1, 0, 0, 2, 0, -2};
    ParticleView view = ParticleView.of(2, samples, new double[] {2, 4}, 0);
    assertThat(view.reach()).isBetween(1.2, 2.6);
    assertThat(view.bond()).isCloseTo(2.6, within(1e-9));
    assertThat(ParticleView.of(2, samples, new double[] {2, 4}, 4).bond()).isEqualTo(4);
  }
}
