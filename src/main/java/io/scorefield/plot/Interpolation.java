package io.scorefield.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The picture of a way between two samples in the plane: of their latent codes, and of the samples themselves.
public final class Interpolation {
  private static final int MOST_DOTS = 3000;

  private Interpolation() {}

  /// One panel.
  ///
  /// @param behind what the way goes through, [n, 2]
  /// @param way many points of it, in their order, [m, 2]
  /// @param stations those that are marked, the two ends included, [k, 2]
  public record Space(String title, float[] behind, float[] way, float[] stations) {}

  /// Both panels side by side; the ends are A and B.
  public static Figure figure(Space codes, Space samples, Axes axes) {
    List<Figure> panels = new ArrayList<>();
    for (Space space : List.of(codes, samples)) {
      panels.add(
          new PlaneFigure(
                  430, 440, space.title(), Bounds.around(typical(space.behind()), space.way()), space == codes ? Axes.UNNAMED : axes)
              .withDots(space.behind(), MOST_DOTS, HouseStyle.translucent(HouseStyle.ORANGE, 110), 3.5)
              .with((graphics, plane) -> paintWay(graphics, plane, space)));
    }
    return new Panels(panels, 2);
  }

  /// The points [n, 2] without the two-hundredth that lies farthest out on either side of either axis.
  private static float[] typical(float[] points) {
    double[][] ranges = new double[2][];
    for (int d = 0; d < 2; d++) {
      double[] sorted = new double[points.length / 2];
      for (int i = 0; i < sorted.length; i++) {
        sorted[i] = points[2 * i + d];
      }
      Arrays.sort(sorted);
      int cut = sorted.length / 200;
      ranges[d] = new double[] {sorted[cut], sorted[sorted.length - 1 - cut]};
    }
    float[] kept = new float[points.length];
    int n = 0;
    for (int i = 0; i < points.length; i += 2) {
      if (points[i] >= ranges[0][0] && points[i] <= ranges[0][1] && points[i + 1] >= ranges[1][0]
          && points[i + 1] <= ranges[1][1]) {
        kept[n++] = points[i];
        kept[n++] = points[i + 1];
      }
    }
    return Arrays.copyOf(kept, n);
  }

  private static void paintWay(Graphics2D graphics, PlaneFigure plane, Space space) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < space.way().length / 2; i++) {
      double x = plane.screenX(space.way()[2 * i]);
      double y = plane.screenY(space.way()[2 * i + 1]);
      if (i == 0) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    graphics.setColor(HouseStyle.BLUE);
    graphics.setStroke(new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(path);
    int last = space.stations().length / 2 - 1;
    for (int i = 1; i < last; i++) {
      graphics.setColor(HouseStyle.BLUE);
      plane.dot(graphics, space.stations()[2 * i], space.stations()[2 * i + 1], 5.5);
    }
    end(graphics, plane, space.stations()[0], space.stations()[1], "A");
    end(graphics, plane, space.stations()[2 * last], space.stations()[2 * last + 1], "B");
  }

  private static void end(Graphics2D graphics, PlaneFigure plane, double x, double y, String letter) {
    graphics.setColor(Color.WHITE);
    plane.dot(graphics, x, y, 16);
    graphics.setColor(HouseStyle.VERMILION);
    graphics.setStroke(new BasicStroke(1.8f));
    graphics.draw(new Ellipse2D.Double(plane.screenX(x) - 8, plane.screenY(y) - 8, 16, 16));
    graphics.setFont(HouseStyle.font(Font.BOLD, 11));
    float width = (float) graphics.getFontMetrics().stringWidth(letter);
    graphics.drawString(letter, (float) plane.screenX(x) - width / 2, (float) plane.screenY(y) + 4f);
  }
}
