package io.scorefield.plot;

import io.scorefield.watch.Watch;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.stream.DoubleStream;

/// Measurements as dots with two standard errors, a row a measurement and a panel a quantity. The rows of a group are
/// what it has of each series; a short grey line is the noise floor.
///
/// @param series what the colours are, one a dot of every group
public record DotFigure(List<String> series, List<Panel> panels) implements Figure {
  /// @param groups from top to bottom
  public record Panel(String title, List<Group> groups) {}

  /// @param dots one a series; those whose value is not finite are left out
  public record Group(String title, List<Dot> dots) {}

  /// @param error one standard error; not drawn where it is not a number
  /// @param floor the noise floor; not drawn where it is not a number
  public record Dot(double value, double error, double floor) {}

  private static final int COLUMNS = 3;
  private static final int WIDTH = 330;
  private static final int MARGIN = 18;
  private static final int ROW = 13;
  private static final int HEADING = 17;
  private static final int TOP = 34;
  private static final int BOTTOM = 34;
  private static final int LEGEND = 18;
  private static final Font TITLE = HouseStyle.font(Font.BOLD, 13);
  private static final Font SMALL = HouseStyle.font(Font.PLAIN, 11);

  @Override
  public int width() {
    return WIDTH * Math.min(COLUMNS, panels.size());
  }

  private int legend() {
    return series.size() < 2 ? 0 : 10 + LEGEND * series.size();
  }

  private int panelHeight() {
    int groups = panels.stream().mapToInt(panel -> panel.groups().size()).max().orElse(0);
    return TOP + groups * (HEADING + ROW * series.size()) + BOTTOM;
  }

  @Override
  public int height() {
    return legend() + panelHeight() * Math.ceilDiv(panels.size(), COLUMNS);
  }

  @Override
  public void paint(Graphics2D graphics) {
    for (int s = 0; s < series.size() && series.size() > 1; s++) {
      int y = 10 + LEGEND * s;
      graphics.setColor(colour(s));
      graphics.fill(new Ellipse2D.Double(MARGIN, y + 3, 8, 8));
      text(graphics, series.get(s), SMALL, MARGIN + 14, y + 11, width() - MARGIN - 20);
    }
    for (int i = 0; i < panels.size(); i++) {
      Watch.current().check();
      int x = i % COLUMNS * WIDTH;
      int y = legend() + i / COLUMNS * panelHeight();
      graphics.translate(x, y);
      paint(graphics, panels.get(i));
      graphics.translate(-x, -y);
    }
  }

  private void paint(Graphics2D graphics, Panel panel) {
    Limits limits = limits(panel);
    int bottom = TOP + panel.groups().size() * (HEADING + ROW * series.size());
    Scale scale = new Scale(limits, MARGIN, WIDTH - MARGIN);
    text(graphics, panel.title(), TITLE, MARGIN, TOP - 14, WIDTH - 2 * MARGIN);
    graphics.setStroke(new BasicStroke(0.75f));
    for (double tick : scale.ticks()) {
      graphics.setColor(new Color(0xE6E6E6));
      graphics.draw(new Line2D.Double(scale.at(tick), TOP - 6, scale.at(tick), bottom));
      graphics.setColor(HouseStyle.INK);
      String label = scale.label(tick);
      graphics.setFont(SMALL);
      graphics.drawString(label, (float) (scale.at(tick) - Text.wide(label, SMALL) / 2), bottom + 15);
    }
    graphics.setColor(HouseStyle.PALE);
    graphics.draw(new Rectangle2D.Double(MARGIN, TOP - 6, WIDTH - 2.0 * MARGIN, bottom - TOP + 6.0));
    int y = TOP;
    for (Group group : panel.groups()) {
      text(graphics, group.title(), SMALL, MARGIN + 5, y + 10, WIDTH - 2 * MARGIN - 8);
      y += HEADING;
      for (int s = 0; s < group.dots().size(); s++) {
        dot(graphics, group.dots().get(s), scale, y + ROW / 2.0 - 2, colour(s));
        y += ROW;
      }
    }
  }

  private static void dot(Graphics2D graphics, Dot dot, Scale scale, double y, Color colour) {
    if (scale.limits().contains(dot.floor())) {
      graphics.setColor(Color.GRAY);
      graphics.setStroke(new BasicStroke(1.5f));
      graphics.draw(new Line2D.Double(scale.at(dot.floor()), y - 5, scale.at(dot.floor()), y + 5));
    }
    if (!Double.isFinite(dot.value())) {
      return;
    }
    graphics.setColor(colour);
    if (!scale.limits().contains(dot.value())) {
      boolean right = dot.value() > scale.limits().most();
      double x = scale.at(scale.limits().clamp(dot.value())) - (right ? 12 : 4);
      graphics.setFont(SMALL);
      graphics.drawString(right ? "»" : "«", (float) x, (float) y + 4);
      return;
    }
    if (dot.error() > 0) {
      graphics.setStroke(new BasicStroke(1.4f));
      double low = scale.at(scale.limits().clamp(dot.value() - 2 * dot.error()));
      double high = scale.at(scale.limits().clamp(dot.value() + 2 * dot.error()));
      graphics.draw(new Line2D.Double(low, y, high, y));
    }
    graphics.fill(new Ellipse2D.Double(scale.at(dot.value()) - 3.5, y - 3.5, 7, 7));
  }

  /// Around all dots with their errors and floors, but for what lies absurdly far off.
  private static Limits limits(Panel panel) {
    List<Dot> dots = panel.groups().stream().flatMap(group -> group.dots().stream()).toList();
    Limits values = Limits.of(dots.stream().mapToDouble(Dot::value).toArray());
    Limits all =
        Limits.of(
            dots.stream()
                .filter(dot -> values.contains(dot.value()))
                .flatMapToDouble(
                    dot ->
                        DoubleStream.of(
                            dot.value(), dot.value() - 2 * dot.error(), dot.value() + 2 * dot.error(), dot.floor()))
                .toArray());
    double margin = 0.06 * all.width();
    return new Limits(all.least() - margin, all.most() + margin);
  }

  private static Color colour(int series) {
    return HouseStyle.SERIES.get(series % HouseStyle.SERIES.size());
  }

  /// A line that ends in dots where it is too long.
  private static void text(Graphics2D graphics, String text, Font font, int x, int baseline, int width) {
    String shown = text;
    while (shown.length() > 1 && Text.wide(shown, font) > width) {
      shown = shown.substring(0, shown.length() - 2).stripTrailing() + "…";
    }
    graphics.setFont(font);
    graphics.setColor(HouseStyle.INK);
    graphics.drawString(shown, x, baseline);
  }
}
