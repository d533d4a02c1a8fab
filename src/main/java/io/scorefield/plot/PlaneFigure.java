package io.scorefield.plot;

import io.scorefield.watch.Watch;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;

/// A picture of the plane with equally scaled axes: XChart's frame, and layers painted inside it.
final class PlaneFigure implements Figure {
  /// Something painted inside the frame.
  @FunctionalInterface
  interface Layer {
    void paint(Graphics2D graphics, PlaneFigure plane);
  }

  /// Nothing is painted further from the frame than this: what it would be is not seen, and renderers have limits.
  private static final double FARTHEST = 1e5;

  private final XYChart chart;
  private final Bounds wanted;
  private Bounds shown;
  private double originX;
  private double originY;
  private double perX;
  private double perY;
  private final List<Layer> layers = new ArrayList<>();

  PlaneFigure(int width, int height, String title, Bounds bounds) {
    this(width, height, title, bounds, Axes.UNNAMED);
  }

  PlaneFigure(int width, int height, String title, Bounds bounds, Axes axes) {
    chart = HouseStyle.chart(width, height, title, axes.x(), axes.y());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setAxisTitlesVisible(!axes.equals(Axes.UNNAMED));
    HouseStyle.roundTicks(chart, bounds);
    String pattern =
        new Limits(bounds.minX(), bounds.maxX()).with(new Limits(bounds.minY(), bounds.maxY())).pattern("");
    if (!pattern.isEmpty()) {
      chart.getStyler().setDecimalPattern(pattern);
    }
    wanted = bounds;
    shown = bounds;
    equalize();
  }

  /// Adds a layer on top.
  PlaneFigure with(Layer layer) {
    layers.add(layer);
    return this;
  }

  /// Adds points [n, 2]; those outside the frame are left out.
  PlaneFigure withDots(float[] points, int most, Color color, double diameter) {
    return with(
        (graphics, plane) -> {
          graphics.setColor(color);
          int n = Math.min(most, points.length / 2);
          for (int i = 0; i < n; i++) {
            if (shown.contains(points[2 * i], points[2 * i + 1])) {
              plane.dot(graphics, points[2 * i], points[2 * i + 1], diameter);
            }
          }
        });
  }

  /// Says in the title how many of the points [n, 2] lie outside the frame.
  PlaneFigure counting(float[] points) {
    long outside = shown.outside(points);
    if (outside > 0) {
      chart.setTitle(Limits.title(chart.getTitle(), outside, "points"));
      equalize(); // a title may be higher than another
    }
    return this;
  }

  void dot(Graphics2D graphics, double x, double y, double diameter) {
    graphics.fill(
        new Ellipse2D.Double(
            screenX(x) - diameter / 2, screenY(y) - diameter / 2, diameter, diameter));
  }

  Bounds shown() {
    return shown;
  }

  double screenX(double x) {
    return Math.clamp(originX + perX * x, -FARTHEST, FARTHEST);
  }

  double screenY(double y) {
    return Math.clamp(originY - perY * y, -FARTHEST, FARTHEST);
  }

  @Override
  public int width() {
    return chart.getWidth();
  }

  @Override
  public int height() {
    return chart.getHeight();
  }

  @Override
  public void paint(Graphics2D graphics) {
    chart.paint(graphics, width(), height());
    Shape clip = graphics.getClip();
    graphics.clip(frame());
    for (Layer layer : layers) {
      Watch.current().check();
      layer.paint(graphics, this);
    }
    graphics.setClip(clip);
  }

  /// The plot area on the screen.
  Rectangle2D frame() {
    double left = screenX(shown.minX());
    double top = screenY(shown.maxY());
    return new Rectangle2D.Double(
        left, top, screenX(shown.maxX()) - left, screenY(shown.minY()) - top);
  }

  /// Widens the range of one axis until a unit is equally long on both. Twice, because new tick labels
  /// may change the size of the plot area.
  private void equalize() {
    double centerX = (wanted.minX() + wanted.maxX()) / 2;
    double centerY = (wanted.minY() + wanted.maxY()) / 2;
    for (int round = 0; round < 2; round++) {
      layout();
      double width = perX * (shown.maxX() - shown.minX());
      double height = perY * (shown.maxY() - shown.minY());
      double unit =
          Math.min(
              width / (wanted.maxX() - wanted.minX()), height / (wanted.maxY() - wanted.minY()));
      double halfX = width / unit / 2;
      double halfY = height / unit / 2;
      shown = new Bounds(centerX - halfX, centerX + halfX, centerY - halfY, centerY + halfY);
    }
    layout();
  }

  private void limit(Bounds bounds) {
    chart.getStyler().setXAxisMin(bounds.minX());
    chart.getStyler().setXAxisMax(bounds.maxX());
    chart.getStyler().setYAxisMin(bounds.minY());
    chart.getStyler().setYAxisMax(bounds.maxY());
  }

  /// Lets XChart place its parts, which it does while painting, and reads off the scales: two points
  /// inside the frame, because XChart maps none outside.
  private void layout() {
    limit(shown);
    // Nothing of it is seen, so nothing of it need be drawn: one pixel is enough.
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    chart.paint(graphics, width(), height());
    graphics.dispose();
    double x0 = chart.getStyler().getXAxisMin() * 0.75 + chart.getStyler().getXAxisMax() * 0.25;
    double x1 = chart.getStyler().getXAxisMin() * 0.25 + chart.getStyler().getXAxisMax() * 0.75;
    double y0 = chart.getStyler().getYAxisMin() * 0.75 + chart.getStyler().getYAxisMax() * 0.25;
    double y1 = chart.getStyler().getYAxisMin() * 0.25 + chart.getStyler().getYAxisMax() * 0.75;
    perX = (chart.getScreenXFromChart(x1) - chart.getScreenXFromChart(x0)) / (x1 - x0);
    perY = (chart.getScreenYFromChart(y0) - chart.getScreenYFromChart(y1)) / (y1 - y0);
    originX = chart.getScreenXFromChart(x0) - perX * x0;
    originY = chart.getScreenYFromChart(y0) + perY * y0;
  }
}
