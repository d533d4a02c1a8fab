package io.scorefield.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.Structures;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.plot.MoleculeAnimation.Frame;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoleculeAnimationTest {
  @TempDir Path folder;

  /// A molecule between noise around its second atom, 0, and itself, 1.
  private static Molecule between(Molecule molecule, double share) {
    Random random = new Random(1);
    double[] positions = molecule.positions();
    double[] first = positions.clone();
    for (int i = 0; i < positions.length; i++) {
      positions[i] = share * positions[i] + (1 - share) * (first[3 + i % 3] + random.nextGaussian());
    }
    return molecule.at(positions).withBonds(share == 1 ? molecule.bonds() : List.of());
  }

  private static boolean isRed(int rgb) {
    return (rgb >> 16 & 255) > 200 && (rgb >> 8 & 255) < 110 && (rgb & 255) < 110;
  }

  private static int coloured(BufferedImage image, int fromX, int fromY) {
    int count = 0;
    for (int y = fromY; y < fromY + 150; y++) {
      for (int x = fromX; x < fromX + 150; x++) {
        count += (image.getRGB(x, y) >> 8 & 255) < 200 ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void moleculesComeOutOfNoise() throws Exception {
    List<Frame> frames = new ArrayList<>();
    for (double share : new double[] {0, 0.5, 1}) {
      Molecule lost = Structures.ethanol().at(new double[27]);
      frames.add(
          new Frame(
              "t = " + (1 - share),
              List.of(between(Structures.benzene(), share), between(Structures.alanine(), share), share == 1 ? lost : between(lost, share)),
              List.of("", share == 1 ? "stable" : "", ""), 10));
    }
    Path file = folder.resolve("reverse-process.gif");
    MoleculeAnimation.write(file, frames, 2);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(stream);
      assertThat(reader.getNumImages(true)).isEqualTo(3);
      BufferedImage last = reader.read(2);
      assertThat(last.getWidth()).isEqualTo(300);
      assertThat(last.getHeight()).isEqualTo(26 + 2 * 186);
      for (int frame = 0; frame < 3; frame++) {
        BufferedImage image = reader.read(frame);
        assertThat(coloured(image, 0, 26)).isGreaterThan(500);
        assertThat(coloured(image, 150, 26)).isGreaterThan(500);
        assertThat(coloured(image, 150, 26 + 186)).isZero();
      }
      assertThat(IntStream.range(0, 150 * 150).map(i -> last.getRGB(150 + i % 150, 26 + i / 150)).anyMatch(MoleculeAnimationTest::isRed))
          .as("oxygen in its colour")
          .isTrue();
      // The side of the end: benzene's ring has a hole in its middle.
      assertThat(last.getRGB(75, 26 + 75) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    } finally {
      reader.dispose();
    }
  }
}
