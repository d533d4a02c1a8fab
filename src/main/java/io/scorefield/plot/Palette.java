package io.scorefield.plot;

import java.awt.Color;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.List;

/// The 256 colours of an animation.
final class Palette {
  /// Greys, and the house colours mixed with white and each other.
  static final Palette HOUSE = new Palette(house());

  private static final int GREYS = 64;

  private final int[] colors;
  private final byte[] nearest;

  private Palette(int[] colors) {
    this.colors = colors;
    nearest = nearestOfAll();
  }

  /// Greys, and some hues from black to white.
  static Palette of(List<Color> hues) {
    List<Integer> colors = greys();
    int each = (256 - GREYS) / Math.max(1, hues.size());
    for (Color hue : hues) {
      int dark = each / 3;
      for (int i = 1; i <= dark; i++) {
        colors.add(mix(Color.BLACK, hue, i / (dark + 1.0)));
      }
      for (int i = 0; i < each - dark; i++) {
        colors.add(mix(hue, Color.WHITE, i / (double) (each - dark)));
      }
    }
    while (colors.size() < 256) {
      colors.add(0);
    }
    return new Palette(colors.stream().mapToInt(Integer::intValue).toArray());
  }

  /// The index of the colour nearest to an RGB value.
  int nearest(int rgb) {
    return nearest[(rgb >> 19 & 31) << 10 | (rgb >> 11 & 31) << 5 | rgb >> 3 & 31] & 0xFF;
  }

  private static List<Integer> greys() {
    List<Integer> colors = new ArrayList<>();
    for (int grey = 0; grey < GREYS; grey++) {
      int level = grey * 255 / (GREYS - 1);
      colors.add(level << 16 | level << 8 | level);
    }
    return colors;
  }

  private static int[] house() {
    List<Integer> colors = greys();
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

  IndexColorModel model() {
    byte[] red = new byte[256];
    byte[] green = new byte[256];
    byte[] blue = new byte[256];
    for (int i = 0; i < 256; i++) {
      red[i] = (byte) (colors[i] >> 16);
      green[i] = (byte) (colors[i] >> 8);
      blue[i] = (byte) colors[i];
    }
    return new IndexColorModel(8, 256, red, green, blue);
  }

  /// The nearest colour of every RGB value with 5 bits a channel.
  private byte[] nearestOfAll() {
    byte[] table = new byte[1 << 15];
    for (int rgb = 0; rgb < table.length; rgb++) {
      int red = (rgb >> 10) * 255 / 31;
      int green = (rgb >> 5 & 31) * 255 / 31;
      int blue = (rgb & 31) * 255 / 31;
      int best = 0;
      int least = Integer.MAX_VALUE;
      for (int i = 0; i < 256; i++) {
        int dr = red - (colors[i] >> 16 & 255);
        int dg = green - (colors[i] >> 8 & 255);
        int db = blue - (colors[i] & 255);
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
