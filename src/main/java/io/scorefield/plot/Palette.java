package io.scorefield.plot;

import java.awt.Color;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.List;

/// The 256 colours of animations: greys, and the house colours mixed with white and each other.
final class Palette {
  private static final int[] COLORS = colors();
  static final IndexColorModel MODEL = model();
  private static final byte[] NEAREST = nearest();

  private Palette() {}

  /// The index of the colour nearest to an RGB value.
  static int nearest(int rgb) {
    return NEAREST[(rgb >> 19 & 31) << 10 | (rgb >> 11 & 31) << 5 | rgb >> 3 & 31] & 0xFF;
  }

  private static int[] colors() {
    List<Integer> colors = new ArrayList<>();
    for (int grey = 0; grey < 64; grey++) {
      int level = grey * 255 / 63;
      colors.add(level << 16 | level << 8 | level);
    }
    Color[] hues = {HouseStyle.BLUE, HouseStyle.ORANGE};
    for (Color hue : hues) {
      for (int i = 1; i <= 64; i++) {
        colors.add(mix(Color.WHITE, hue, i / 64.0));
      }
    }
    for (int i = 1; i <= 64; i++) {
      colors.add(mix(HouseStyle.ORANGE, HouseStyle.BLUE, i / 65.0));
    }
    return colors.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int mix(Color a, Color b, double share) {
    int red = (int) Math.round(a.getRed() + share * (b.getRed() - a.getRed()));
    int green = (int) Math.round(a.getGreen() + share * (b.getGreen() - a.getGreen()));
    int blue = (int) Math.round(a.getBlue() + share * (b.getBlue() - a.getBlue()));
    return red << 16 | green << 8 | blue;
  }

  private static IndexColorModel model() {
    byte[] red = new byte[256];
    byte[] green = new byte[256];
    byte[] blue = new byte[256];
    for (int i = 0; i < 256; i++) {
      red[i] = (byte) (COLORS[i] >> 16);
      green[i] = (byte) (COLORS[i] >> 8);
      blue[i] = (byte) COLORS[i];
    }
    return new IndexColorModel(8, 256, red, green, blue);
  }

  /// The nearest colour of every RGB value with 5 bits a channel.
  private static byte[] nearest() {
    byte[] table = new byte[1 << 15];
    for (int rgb = 0; rgb < table.length; rgb++) {
      int red = (rgb >> 10) * 255 / 31;
      int green = (rgb >> 5 & 31) * 255 / 31;
      int blue = (rgb & 31) * 255 / 31;
      int best = 0;
      int least = Integer.MAX_VALUE;
      for (int i = 0; i < 256; i++) {
        int dr = red - (COLORS[i] >> 16 & 255);
        int dg = green - (COLORS[i] >> 8 & 255);
        int db = blue - (COLORS[i] & 255);
        int distance = dr * dr + dg * dg + db * db;
        if (distance < least) {
          least = distance;
          best = i;
        }
      }
      table[rgb] = (byte) best;
    }
    return table;
  }
}
