package io.scorefield.plot;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import io.scorefield.io.AtomicFile;
import io.scorefield.watch.Watch;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// A picture that can be painted at any scale, and written as PNG and SVG.
public interface Figure {
  /// Width in points.
  int width();

  /// Height in points.
  int height();

  /// Paints the figure with its upper left corner at the origin.
  void paint(Graphics2D graphics);

  /// Renders the figure to an image of `scale` pixels a point.
  default BufferedImage image(double scale) {
    int w = (int) Math.round(width() * scale);
    int h = (int) Math.round(height() * scale);
    BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, w, h);
      graphics.scale(scale, scale);
      paint(graphics);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  /// Writes folder/name.png (1.5 pixels a point) and folder/name.svg.
  ///
  /// @throws IOException also where Java finds no fonts
  default void write(Path folder, String name) throws IOException {
    Watch.current().check();
    Optional<String> why = Fonts.unavailable();
    if (why.isPresent()) {
      throw new IOException("no picture can be drawn: " + why.get());
    }
    BufferedImage image = image(1.5);
    // To memory first: the libraries swallow what goes wrong with a file.
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IOException("this Java has no PNG writer");
      }
    }
    AtomicFile.write(folder.resolve(name + ".png"), png::writeTo);
    VectorGraphics2D vector = new VectorGraphics2D();
    paint(vector);
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    new SVGProcessor()
        .getDocument(vector.getCommands(), new PageSize(width(), height()))
        .writeTo(svg);
    // The library leaves Java's usual size of 12 out; browsers take 16 then.
    String sized = svg.toString(StandardCharsets.UTF_8).replaceFirst("<svg ", "<svg font-size=\"12px\" ");
    AtomicFile.writeString(folder.resolve(name + ".svg"), sized);
  }
}
