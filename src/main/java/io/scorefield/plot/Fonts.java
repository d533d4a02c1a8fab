package io.scorefield.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.util.Optional;

/// Whether this machine can draw text: slim machines have neither fonts nor the library that finds them.
public final class Fonts {
  private Fonts() {}

  /// Why no picture can be drawn here and what to do about it; empty: they can.
  public static Optional<String> unavailable() {
    Graphics2D graphics = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      // Where the system has no fonts, Java finds those beside its own runtime only when it is asked for a list.
      GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames();
      graphics.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("0");
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      // Java tells it in many ways, by version and by what is missing; one is a plain Error.
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return Optional.of(
          "Java finds no fonts here (" + String.valueOf(cause.getMessage()).lines().findFirst().orElse("")
              + "); install fontconfig and a font, for example fonts-dejavu-core");
    } finally {
      graphics.dispose();
    }
  }
}
