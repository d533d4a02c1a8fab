package io.scorefield.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;

/// Lines of text in pictures.
final class Text {
  private static final FontRenderContext EVERYWHERE = new FontRenderContext(null, true, true);
  private static final int MARGIN = 4;

  private Text() {}

  /// A line in the middle of a width; what is too long for it ends in dots.
  static void centred(Graphics2D graphics, String text, Font font, Color color, int width, int baseline) {
    String shown = text;
    while (!shown.isEmpty() && wide(shown, font) > width - 2 * MARGIN) {
      String shorter = shown.endsWith("…") ? shown.substring(0, shown.length() - 1) : shown;
      shown = shorter.substring(0, shorter.length() - 1).stripTrailing() + "…";
    }
    if (!shown.isEmpty()) {
      graphics.setFont(font);
      graphics.setColor(color);
      graphics.drawString(shown, (float) ((width - wide(shown, font)) / 2), baseline);
    }
  }

  static double wide(String text, Font font) {
    return font.getStringBounds(text, EVERYWHERE).getWidth();
  }
}
