package io.scorefield.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;

/// Balls and sticks under a light from above on the left, painted of plain areas so that every format has them.
final class Lit {
  /// Where the light comes from, on the paper.
  private static final double LIGHT_X = -0.55;

  private static final double LIGHT_Y = -0.62;

  /// How bright a ball is from its rim to the light: -1 is dark, 0 its own colour, 1 white.
  private static final double[] BALL = {-0.62, -0.3, -0.14, -0.04, 0, 0.06, 0.14, 0.26, 0.46, 0.9};

  /// The same for a stick, from its sides to its middle.
  private static final double[] STICK = {-0.6, -0.34, -0.16, 0, 0.14, 0.34};

  /// How far the brightest part of a ball is off its middle, in radii.
  private static final double OFF = 0.46;

  private Lit() {}

  /// A ball.
  ///
  /// @param fog 0: clear, 1: white
  static void ball(Graphics2D graphics, double x, double y, double radius, Color color, double fog) {
    int shades = Math.clamp(Math.round(1.2 * radius), 7, 18);
    for (int shade = 0; shade < shades; shade++) {
      double share = shade / (shades - 1.0);
      double r = radius * (1 - 0.97 * share);
      double off = OFF * (radius - r) / 0.97;
      graphics.setColor(shaded(color, at(BALL, share), fog));
      double cx = x + off * LIGHT_X;
      double cy = y + off * LIGHT_Y;
      graphics.fill(new Ellipse2D.Double(brief(cx - r), brief(cy - r), brief(2 * r), brief(2 * r)));
    }
  }

  /// A piece of a stick, its far end round.
  ///
  /// @param far the end that is farther from the eye: x, y and half the width there
  /// @param near the other end
  /// @param slope how much of its direction goes towards the eye, 0 to 1
  static void stick(Graphics2D graphics, double[] far, double[] near, double slope, Color color, double fog) {
    double dx = near[0] - far[0];
    double dy = near[1] - far[1];
    double length = Math.hypot(dx, dy);
    double ux = length > 0 ? dx / length : 1;
    double uy = length > 0 ? dy / length : 0;
    // Sideways, to the light.
    double light = -uy * LIGHT_X + ux * LIGHT_Y;
    for (int shade = 0; shade < STICK.length; shade++) {
      double share = shade / (double) STICK.length;
      double off = 0.5 * light * share;
      Path2D path = new Path2D.Double();
      double a = far[2] * (1 - share);
      double b = near[2] * (1 - share);
      double fx = far[0] - uy * far[2] * off;
      double fy = far[1] + ux * far[2] * off;
      double nx = near[0] - uy * near[2] * off;
      double ny = near[1] + ux * near[2] * off;
      path.moveTo(brief(nx - uy * b), brief(ny + ux * b));
      path.lineTo(brief(fx - uy * a), brief(fy + ux * a));
      // Half an ellipse backwards, by two curves.
      double k = 0.5523;
      double back = a * slope;
      path.curveTo(
          brief(fx - uy * a - ux * k * back), brief(fy + ux * a - uy * k * back),
          brief(fx - uy * k * a - ux * back), brief(fy + ux * k * a - uy * back),
          brief(fx - ux * back), brief(fy - uy * back));
      path.curveTo(
          brief(fx + uy * k * a - ux * back), brief(fy - ux * k * a - uy * back),
          brief(fx + uy * a - ux * k * back), brief(fy - ux * a - uy * k * back),
          brief(fx + uy * a), brief(fy - ux * a));
      path.lineTo(brief(nx + uy * b), brief(ny - ux * b));
      path.closePath();
      graphics.setColor(shaded(color, STICK[shade], fog));
      graphics.fill(path);
    }
  }

  /// To a hundredth of a point: files of lines stay small.
  private static double brief(double points) {
    return Math.rint(100 * points) / 100;
  }

  private static double at(double[] values, double share) {
    double place = share * (values.length - 1);
    int cell = Math.min(values.length - 2, (int) place);
    return values[cell] + (place - cell) * (values[cell + 1] - values[cell]);
  }

  /// @param light -1 is black, 1 white
  private static Color shaded(Color color, double light, double fog) {
    Color lit = light < 0 ? mix(color, Color.BLACK, -light) : mix(color, Color.WHITE, light);
    return mix(lit, Color.WHITE, Math.clamp(fog, 0, 1)); // what lies beyond the picture's depth is as pale as can be
  }

  static Color mix(Color a, Color b, double share) {
    return new Color(
        (int) Math.round(a.getRed() + share * (b.getRed() - a.getRed())),
        (int) Math.round(a.getGreen() + share * (b.getGreen() - a.getGreen())),
        (int) Math.round(a.getBlue() + share * (b.getBlue() - a.getBlue())));
  }
}
