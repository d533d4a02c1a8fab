package io.scorefield.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.PlaneDistribution;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FigureTest {
  @TempDir Path folder;

  @Test
  void axesOfThePlaneAreEquallyScaled() {
    for (Bounds bounds :
        List.of(new Bounds(-1, 1, -1, 1), new Bounds(-3, 9, 0, 0.5), new Bounds(0, 1, -50, 70))) {
      PlaneFigure plane = new PlaneFigure(400, 300, "t", bounds);
      double perX = plane.screenX(1) - plane.screenX(0);
      double perY = plane.screenY(0) - plane.screenY(1);
      assertThat(perX / perY).isCloseTo(1, within(0.01));
      assertThat(plane.shown().minX()).isLessThanOrEqualTo(bounds.minX() + 1e-9);
      assertThat(plane.shown().maxY()).isGreaterThanOrEqualTo(bounds.maxY() - 1e-9);
    }
  }

  @Test
  void aDotIsDrawnWhereItBelongs() {
    PlaneFigure plane =
        new PlaneFigure(300, 300, "t", new Bounds(-2, 2, -2, 2))
            .withDots(new float[] {1, -1, 7, 7}, 10, HouseStyle.BLUE, 6);
    BufferedImage image = plane.image(1);
    int x = (int) Math.round(plane.screenX(1));
    int y = (int) Math.round(plane.screenY(-1));
    assertThat(image.getRGB(x, y) & 0xFFFFFF).isEqualTo(HouseStyle.BLUE.getRGB() & 0xFFFFFF);
  }

  @Test
  void figuresAreWrittenAsPngAndSvg() throws IOException {
    float[] data = PlaneDistribution.circle(1.5).draw(1, 100);
    Figure figure =
        Figures.samples(data, List.of(Map.entry("one", data), Map.entry("two", data)));
    figure.write(folder, "samples");
    BufferedImage image = ImageIO.read(folder.resolve("samples.png").toFile());
    assertThat(image.getWidth()).isEqualTo((int) (1.5 * figure.width()));
    String svg = Files.readString(folder.resolve("samples.svg"));
    assertThat(svg).startsWith("<?xml").contains("<svg").endsWith("</svg>\n");
    // Two panels, in each 100 points of the data and 100 samples; text is drawn as paths.
    assertThat(svg.split("<ellipse")).hasSizeGreaterThan(380);
    Figures.tradeoff(
            List.of(
                new Figures.Tradeoff("a", "0.1", 0, 0.2), new Figures.Tradeoff("a", "0.01", 0.1, 0.1),
                new Figures.Tradeoff("b", "b", 0.5, 0.3)),
            "distance", 0.05)
        .write(folder, "tradeoff");
    Figures.tradeoff(
            List.of(new Figures.Tradeoff("a", "a", 0, 0), new Figures.Tradeoff("b", "b", 0, 0)),
            "distance", Double.NaN)
        .write(folder, "nothing");
    assertThat(folder.resolve("nothing.png")).isNotEmptyFile();
    double[] times = {1, 2, 3};
    Figures.levels(
            List.of(
                new Figures.Levels("one", List.of(new Figures.Curve("step 1", times, new double[] {0, 0, 0}))),
                new Figures.Levels(
                    "two",
                    List.of(
                        new Figures.Curve("step 1", times, new double[] {1, 2, 3}),
                        new Figures.Curve("step 2", times, new double[] {0.1, 0.2, 0.3})))))
        .write(folder, "levels");
    assertThat(folder.resolve("levels.svg")).isNotEmptyFile();
    Figures.loss(
            new double[] {1, 0, 0.5, 0.4}, 10,
            new Figures.Curve("points held out", new double[] {20, 40}, new double[] {0.9, 0.7}))
        .write(folder, "loss");
    assertThat(folder.resolve("loss.png")).isNotEmptyFile();
    assertThat(folder.resolve("tradeoff.svg")).isNotEmptyFile();
  }

  @Test
  void animationsKeepEveryFrame() throws IOException {
    float[] data = PlaneDistribution.circle(1.5).draw(1, 50);
    List<Figure> frames = List.of(
        Figures.frame(data, data, "a", -2, 2, -2, 2), Figures.frame(data, data, "b", -2, 2, -2, 2));
    Path file = folder.resolve("a.gif");
    Animation.write(file, frames, List.of(5, 100));
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(2);
      assertThat(reader.read(1).getWidth()).isEqualTo(400);
    }
    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
        .contains("NETSCAPE2.0");
  }
}
