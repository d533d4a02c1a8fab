package io.scorefield.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The pictures of an experiment. Points are [n, 2].
public final class Figures {
  /// Points of one scatter plot; more would make the SVG files heavy and the eye no wiser.
  private static final int MOST_DOTS = 3000;

  private static final int PANEL = 330;

  /// Cells along the sides of a picture of a density.
  private static final int CELLS = 160;

  private Figures() {}

  /// A curve of a schedule.
  public record Curve(String name, double[] x, double[] y) {}

  /// Curves side by side, one a panel.
  public static Figure schedule(List<Curve> curves, String xTitle) {
    List<Figure> panels = new ArrayList<>();
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      XYChart chart = HouseStyle.chart(PANEL, 260, curve.name(), xTitle, "");
      chart.getStyler().setLegendVisible(false);
      HouseStyle.line(
          chart, curve.name(), curve.x(), curve.y(), HouseStyle.SERIES.get(i % HouseStyle.SERIES.size()), 2f);
      HouseStyle.roundTicks(chart, Bounds.of(curve.x(), curve.y()));
      panels.add(new ChartFigure(chart));
    }
    return new Panels(panels, panels.size());
  }

  /// Throughput over size, both on logarithmic axes: one panel a work, one line an engine.
  ///
  /// @param panels the curves of each work, in items a second
  /// @param marks points of each work that are marked, such as where curves cross; may lack any
  public static Figure throughput(
      String title, Map<String, List<Curve>> panels, Map<String, List<Curve>> marks) {
    List<String> engines =
        panels.values().stream().flatMap(List::stream).map(Curve::name).distinct().toList();
    List<Figure> figures = new ArrayList<>();
    panels.forEach(
        (work, curves) -> {
          String items = work.startsWith("train") ? "examples a second" : "samples a second";
          String size = work.startsWith("train") ? "batch size" : "samples";
          XYChart chart = HouseStyle.chart(400, 340, title + ": " + work, size, items);
          XYStyler styler = chart.getStyler();
          styler.setXAxisLogarithmic(true);
          styler.setYAxisLogarithmic(true);
          styler.setXAxisLogarithmicDecadeOnly(true);
          styler.setYAxisLogarithmicDecadeOnly(true);
          styler.setMarkerSize(6);
          styler.setLegendPosition(LegendPosition.OutsideS);
          styler.setLegendLayout(Styler.LegendLayout.Horizontal);
          double[] x = curves.stream().flatMapToDouble(c -> Arrays.stream(c.x())).toArray();
          double[] y = curves.stream().flatMapToDouble(c -> Arrays.stream(c.y())).toArray();
          Bounds bounds = Bounds.of(x, y);
          styler.setXAxisMin(decade(bounds.minX(), -1)).setXAxisMax(decade(bounds.maxX(), 1));
          styler.setYAxisMin(decade(bounds.minY(), -1)).setYAxisMax(decade(bounds.maxY(), 1));
          for (Curve curve : curves) {
            int color = engines.indexOf(curve.name()) % HouseStyle.SERIES.size();
            XYSeries series =
                HouseStyle.line(
                    chart, curve.name(), curve.x(), curve.y(), HouseStyle.SERIES.get(color), 2f);
            series.setMarker(SeriesMarkers.CIRCLE);
            series.setMarkerColor(HouseStyle.SERIES.get(color));
          }
          for (Curve mark : marks.getOrDefault(work, List.of())) {
            // A line from the axis through the point.
            double x0 = mark.x()[0];
            XYSeries series =
                HouseStyle.line(
                    chart, mark.name(), new double[] {x0, x0, x0},
                    new double[] {styler.getYAxisMin(), mark.y()[0], styler.getYAxisMax()}, HouseStyle.INK, 1.2f);
            series.setLineStyle(
                new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {4, 4}, 0));
          }
          figures.add(new ChartFigure(chart));
        });
    return new Panels(figures, Math.min(3, Math.max(1, figures.size())));
  }

  /// A distance from the truth over the evaluations of the network, both on logarithmic axes, one line a method.
  ///
  /// @param floor the distance of exact samples, drawn as a line
  public static Figure convergence(String title, List<Curve> methods, double floor) {
    XYChart chart =
        HouseStyle.chart(
            860, 520, title, "network evaluations for one sample", "sliced Wasserstein-2 distance to the truth");
    XYStyler styler = chart.getStyler();
    styler.setXAxisLogarithmic(true);
    styler.setYAxisLogarithmic(true);
    styler.setXAxisLogarithmicDecadeOnly(true);
    styler.setYAxisLogarithmicDecadeOnly(true);
    styler.setMarkerSize(7);
    styler.setLegendPosition(LegendPosition.OutsideE);
    double[] x = methods.stream().flatMapToDouble(c -> Arrays.stream(c.x())).toArray();
    double[] y = methods.stream().flatMapToDouble(c -> Arrays.stream(c.y())).toArray();
    // A method that goes astray in few steps does not shrink the others to a line.
    double[] sorted = y.clone();
    Arrays.sort(sorted);
    double most = Math.max(100 * sorted[sorted.length / 4], 2 * floor);
    double left = Math.max(0.8, 0.8 * Arrays.stream(x).min().orElse(1));
    double right = 1.25 * Arrays.stream(x).max().orElse(1);
    double lowest = 0.7 * Math.min(floor, Arrays.stream(y).filter(v -> v > 0).min().orElse(floor));
    styler.setXAxisMin(left).setXAxisMax(right);
    styler.setYAxisMin(lowest).setYAxisMax(1.3 * Math.min(most, sorted[sorted.length - 1]));
    chart.setTitle(Limits.title(title, Arrays.stream(y).filter(v -> v > most).count(), "points"));
    int colour = 0;
    for (Curve curve : methods) {
      Color color = HouseStyle.SERIES.get(colour % HouseStyle.SERIES.size());
      double[] shown = Arrays.stream(curve.y()).map(v -> Math.min(v, most)).toArray();
      XYSeries series = HouseStyle.line(chart, curve.name(), curve.x(), shown, color, 1.8f);
      series.setMarker(colour < HouseStyle.SERIES.size() ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND);
      series.setMarkerColor(color);
      if (colour >= HouseStyle.SERIES.size()) {
        series.setLineStyle(new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0));
      }
      colour++;
    }
    XYSeries line =
        HouseStyle.line(
            chart, "exact samples", new double[] {left, right}, new double[] {floor, floor}, HouseStyle.PALE, 1.5f);
    line.setLineStyle(new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {2, 3}, 0));
    return new ChartFigure(chart);
  }

  /// The power of ten a little beyond a positive number, downwards or upwards.
  private static double decade(double value, int direction) {
    double exponent = Math.clamp(Math.log10(value), -300, 300) + 0.1 * direction;
    return Math.pow(10, direction < 0 ? Math.floor(exponent) : Math.ceil(exponent));
  }

  /// The loss (pale) and its running mean, on a logarithmic axis.
  ///
  /// @param losses means over consecutive stretches of `stretch` steps
  /// @param heldOut the loss on points that are not trained on, by step; may be empty
  public static Figure loss(double[] losses, long stretch, Curve heldOut) {
    XYChart chart = HouseStyle.chart(780, 360, "Training loss", "optimiser step", "loss");
    chart.getStyler().setYAxisLogarithmic(true);
    int n = losses.length;
    double[] x = new double[n];
    double[] positive = new double[n];
    double[] smooth = new double[n];
    double[] sums = new double[n + 1];
    for (int i = 0; i < n; i++) {
      sums[i + 1] = sums[i] + losses[i];
    }
    int window = Math.max(1, n / 40);
    for (int i = 0; i < n; i++) {
      int from = Math.max(0, i - window / 2);
      int to = Math.min(n, i + window / 2 + 1);
      x[i] = (i + 1.0) * stretch;
      positive[i] = Math.max(losses[i], Double.MIN_NORMAL);
      smooth[i] = Math.max((sums[to] - sums[from]) / (to - from), Double.MIN_NORMAL);
    }
    String every = stretch == 1 ? "each step" : "mean over " + stretch + " steps";
    HouseStyle.line(chart, every, x, positive, HouseStyle.SKY, 0.75f);
    if (window > 1) {
      String wide = "mean over " + window * stretch + " steps";
      HouseStyle.line(chart, wide, x, smooth, HouseStyle.BLUE, 2.25f);
    }
    if (heldOut.x().length > 0) {
      double[] shown = Arrays.stream(heldOut.y()).map(y -> Math.max(y, Double.MIN_NORMAL)).toArray();
      HouseStyle.line(chart, heldOut.name(), heldOut.x(), shown, HouseStyle.ORANGE, 2.25f);
    }
    HouseStyle.roundTicks(chart, Bounds.of(x, smooth));
    return new ChartFigure(chart);
  }

  /// A quantity over noise levels at some moments of a training.
  ///
  /// @param curves one a moment, first to last; positive
  public record Levels(String title, List<Curve> curves) {}

  /// Quantities over noise levels, each on a logarithmic axis of its own: one panel each, later moments darker.
  public static Figure levels(List<Levels> panels) {
    List<Figure> figures = new ArrayList<>();
    for (Levels panel : panels) {
      XYChart chart = HouseStyle.chart(470, 360, panel.title(), "noise level t", "");
      chart.getStyler().setYAxisLogarithmic(true);
      chart.getStyler().setYAxisLogarithmicDecadeOnly(true);
      chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
      Bounds bounds = null;
      int last = panel.curves().size() - 1;
      for (int i = 0; i <= last; i++) {
        Curve curve = panel.curves().get(i);
        double[] positive = Arrays.stream(curve.y()).map(y -> Math.max(y, 1e-12)).toArray();
        double age = last == 0 ? 1 : (double) i / last;
        XYSeries series =
            HouseStyle.line(
                chart, curve.name(), curve.x(), positive, HouseStyle.shade(age),
                i == last ? 2.4f : 1.2f);
        series.setShowInLegend(i == 0 || i == last || i == last / 2);
        Bounds own = Bounds.of(curve.x(), positive);
        bounds = bounds == null ? own : bounds.with(own);
      }
      chart.getStyler().setYAxisMin(decade(bounds.minY(), -1)).setYAxisMax(decade(bounds.maxY(), 1));
      HouseStyle.roundTicks(chart, bounds);
      figures.add(new ChartFigure(chart));
    }
    return new Panels(figures, figures.size());
  }

  /// The forward process: the noisy points of one level a panel.
  ///
  /// @param levels a title and the points of each level
  public static Figure forward(List<Map.Entry<String, float[]>> levels, Axes axes) {
    Bounds bounds = new Bounds(-3, 3, -3, 3);
    Bounds data = Bounds.around(levels.getFirst().getValue());
    bounds =
        new Bounds(
            Math.min(bounds.minX(), data.minX()),
            Math.max(bounds.maxX(), data.maxX()),
            Math.min(bounds.minY(), data.minY()),
            Math.max(bounds.maxY(), data.maxY()));
    List<Figure> panels = new ArrayList<>();
    for (Map.Entry<String, float[]> level : levels) {
      panels.add(
          new PlaneFigure(260, 270, level.getKey(), bounds, axes)
              .withDots(
                  level.getValue(), MOST_DOTS, HouseStyle.translucent(HouseStyle.BLUE, 130), 3)
              .counting(level == levels.getFirst() ? level.getValue() : new float[0]));
    }
    return new Panels(panels, panels.size());
  }

  /// Samples over the data, one method a panel, all on the same axes.
  ///
  /// @param methods a title and the samples of each method
  public static Figure samples(float[] data, List<Map.Entry<String, float[]>> methods) {
    return samples(data, methods, Axes.UNNAMED);
  }

  /// The same with titles of the axes.
  public static Figure samples(float[] data, List<Map.Entry<String, float[]>> methods, Axes axes) {
    Bounds bounds =
        Bounds.around(data, methods.stream().map(Map.Entry::getValue).toArray(float[][]::new));
    int columns = methods.size() == 4 ? 2 : Math.min(3, methods.size());
    List<Figure> panels = new ArrayList<>();
    for (Map.Entry<String, float[]> method : methods) {
      panels.add(
          new PlaneFigure(360, 370, method.getKey(), bounds, axes)
              .withDots(
                  data, MOST_DOTS, HouseStyle.translucent(HouseStyle.ORANGE, 110), 4.5)
              .withDots(
                  method.getValue(),
                  MOST_DOTS,
                  HouseStyle.translucent(HouseStyle.BLUE, 150),
                  2.5)
              .counting(method.getValue()));
    }
    return new Panels(panels, columns);
  }

  /// The paths of some samples from noise (open circles) to sample (dots), over the data.
  ///
  /// @param paths states [times][n, 2], first to last
  /// @param count how many samples are drawn
  public static Figure trajectories(float[] data, List<float[]> paths, int count, Axes axes) {
    float[][] all = paths.toArray(float[][]::new);
    int n = Math.min(count, all[0].length / 2);
    float[] drawn = new float[2 * n * all.length];
    for (int t = 0; t < all.length; t++) {
      System.arraycopy(all[t], 0, drawn, 2 * n * t, 2 * n);
    }
    Bounds bounds = Bounds.around(data, drawn);
    PlaneFigure plane =
        new PlaneFigure(560, 570, "Trajectories from the start to the sample", bounds, axes)
            .withDots(data, MOST_DOTS, HouseStyle.translucent(HouseStyle.ORANGE, 90), 4.5)
            .counting(Arrays.copyOf(all[all.length - 1], 2 * n));
    plane.with(
        (graphics, p) -> {
          for (int i = 0; i < n; i++) {
            Color color = HouseStyle.SERIES.get(i % 4);
            graphics.setStroke(new BasicStroke(1.1f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            for (int t = 1; t < all.length; t++) {
              // Paths fade in: pale where the state is mostly noise.
              graphics.setColor(HouseStyle.translucent(color, 25 + 205 * t / all.length));
              graphics.draw(
                  new Line2D.Double(
                      p.screenX(all[t - 1][2 * i]),
                      p.screenY(all[t - 1][2 * i + 1]),
                      p.screenX(all[t][2 * i]),
                      p.screenY(all[t][2 * i + 1])));
            }
            graphics.setColor(color);
            p.dot(graphics, all[all.length - 1][2 * i], all[all.length - 1][2 * i + 1], 6);
            graphics.setColor(Color.WHITE);
            p.dot(graphics, all[0][2 * i], all[0][2 * i + 1], 5);
            graphics.setColor(color);
            graphics.setStroke(new BasicStroke(1.2f));
            double x = p.screenX(all[0][2 * i]);
            double y = p.screenY(all[0][2 * i + 1]);
            graphics.draw(new Ellipse2D.Double(x - 2.5, y - 2.5, 5, 5));
          }
        });
    return plane;
  }

  /// A score field at one noise level.
  ///
  /// @param title above the panel
  /// @param density of the noisy data at a point, up to a factor
  /// @param score of the network at a grid of points [n, 2]; the same order as the points
  public record Field(String title, Density density, float[] points, float[] score) {}

  /// A density in the plane.
  @FunctionalInterface
  public interface Density {
    double at(double x, double y);
  }

  /// Score fields as arrows over the density, one noise level a panel. An arrow's direction is that of
  /// the score, its length the square root of the score's length, scaled to the longest.
  public static Figure scoreFields(
      List<Field> fields, double minX, double maxX, double minY, double maxY, Axes axes) {
    Bounds bounds = new Bounds(minX, maxX, minY, maxY);
    List<Figure> panels = new ArrayList<>();
    for (Field field : fields) {
      PlaneFigure plane = new PlaneFigure(400, 410, field.title(), bounds, axes);
      plane.with((graphics, p) -> paintDensity(graphics, p, field.density()));
      plane.with((graphics, p) -> paintArrows(graphics, p, field));
      panels.add(plane);
    }
    return new Panels(panels, panels.size());
  }

  /// A density of one panel; where the points are that are drawn on it.
  ///
  /// @param points [n, 2], may be empty
  public record Shade(String title, Density density, float[] points) {}

  /// Densities side by side in one scale of colours, that of the greatest of them.
  ///
  /// @param around points that are to be seen, [n, 2]
  public static Figure densities(List<Shade> shades, float[] around, Axes axes) {
    Bounds bounds = Bounds.around(around);
    List<PlaneFigure> planes = new ArrayList<>();
    for (Shade shade : shades) {
      planes.add(new PlaneFigure(400, 410, shade.title(), bounds, axes));
    }
    double largest = 0;
    for (int i = 0; i < shades.size(); i++) {
      largest = Math.max(largest, largest(values(planes.get(i), shades.get(i).density())));
    }
    for (int i = 0; i < shades.size(); i++) {
      Shade shade = shades.get(i);
      double scale = largest;
      planes.get(i)
          .with((graphics, p) -> paintDensity(graphics, p, values(p, shade.density()), scale))
          .withDots(shade.points(), MOST_DOTS, HouseStyle.translucent(HouseStyle.BLUE, 130), 2.5);
    }
    return new Panels(List.copyOf(planes), planes.size());
  }

  static void paintDensity(Graphics2D graphics, PlaneFigure plane, Density density) {
    double[] values = values(plane, density);
    paintDensity(graphics, plane, values, largest(values));
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  /// A density at the cells of a panel, rows from the top.
  private static double[] values(PlaneFigure plane, Density density) {
    Bounds shown = plane.shown();
    double[] values = new double[CELLS * CELLS];
    for (int row = 0; row < CELLS; row++) {
      double y = shown.maxY() - (row + 0.5) / CELLS * (shown.maxY() - shown.minY());
      for (int column = 0; column < CELLS; column++) {
        double x = shown.minX() + (column + 0.5) / CELLS * (shown.maxX() - shown.minX());
        values[row * CELLS + column] = density.at(x, y);
      }
    }
    return values;
  }

  private static void paintDensity(Graphics2D graphics, PlaneFigure plane, double[] values, double largest) {
    BufferedImage image = new BufferedImage(CELLS, CELLS, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < values.length; i++) {
      double share = largest == 0 ? 0 : Math.sqrt(values[i] / largest);
      image.setRGB(i % CELLS, i / CELLS, mix(Color.WHITE, HouseStyle.ORANGE, share * 0.9));
    }
    var frame = plane.frame();
    graphics.drawImage(
        image, (int) Math.ceil(frame.getX()), (int) Math.ceil(frame.getY()),
        (int) frame.getWidth(), (int) frame.getHeight(), null);
  }

  private static int mix(Color from, Color to, double share) {
    int red = (int) Math.round(from.getRed() + share * (to.getRed() - from.getRed()));
    int green = (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen()));
    int blue = (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue()));
    return red << 16 | green << 8 | blue;
  }

  private static void paintArrows(Graphics2D graphics, PlaneFigure plane, Field field) {
    int n = field.points().length / 2;
    double longest = 0;
    for (int i = 0; i < n; i++) {
      longest = Math.max(longest, Math.hypot(field.score()[2 * i], field.score()[2 * i + 1]));
    }
    graphics.setColor(HouseStyle.translucent(HouseStyle.BLUE, 220));
    graphics.setStroke(new BasicStroke(1.1f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    double unit = plane.frame().getWidth() / Math.sqrt(n) * 0.95;
    for (int i = 0; i < n; i++) {
      double size = Math.hypot(field.score()[2 * i], field.score()[2 * i + 1]);
      if (!(size > 0) || Double.isInfinite(size)) {
        continue;
      }
      double length = unit * Math.sqrt(size / longest);
      double dx = field.score()[2 * i] / size * length;
      double dy = -field.score()[2 * i + 1] / size * length;
      double x = plane.screenX(field.points()[2 * i]) - dx / 2;
      double y = plane.screenY(field.points()[2 * i + 1]) - dy / 2;
      graphics.draw(new Line2D.Double(x, y, x + dx, y + dy));
      double head = Math.min(4, length / 2);
      double angle = Math.atan2(dy, dx);
      for (double side : new double[] {2.6, -2.6}) {
        graphics.draw(
            new Line2D.Double(
                x + dx,
                y + dy,
                x + dx + head * Math.cos(angle + side),
                y + dy + head * Math.sin(angle + side)));
      }
    }
  }

  /// One method of a comparison.
  ///
  /// @param family methods of a family are joined by a line, in the order given
  /// @param label what tells it from the others of its family
  public record Tradeoff(String family, String label, double residual, double distance) {}

  /// Residual against a distance from the truth, both better towards the lower left. Residuals that are zero
  /// to rounding stand at the left edge.
  ///
  /// @param methods residuals and distances that are finite
  /// @param floor the distance of exact samples; not drawn where it is not a number
  public static Figure tradeoff(List<Tradeoff> methods, String distance, double floor) {
    XYChart chart =
        HouseStyle.chart(
            820, 520, "What a small residual costs",
            "mean residual |r|, logarithmic (0 to rounding: at the left edge)",
            distance);
    double smallest =
        methods.stream().mapToDouble(Tradeoff::residual).filter(r -> r > 1e-6).min().orElse(1e-3);
    double largest =
        methods.stream().mapToDouble(Tradeoff::residual).map(r -> Math.min(r, 1e100)).max().orElse(1);
    double edge = Math.pow(10, Math.floor(Math.log10(smallest)) - 1);
    boolean zeros = methods.stream().anyMatch(method -> method.residual() <= 1e-6);
    // Only full decades have a label: there are at least two.
    double left = zeros ? edge / 1.5 : 10 * edge / 1.02;
    double right = Math.max(largest * 1.5, (zeros ? 160 : 10.5) * left);
    double[] distances = methods.stream().mapToDouble(Tradeoff::distance).sorted().toArray();
    // A method that went astray does not shrink the others to a line.
    double highest =
        distances.length == 0
            ? 1
            : Math.min(distances[distances.length - 1], 100 * Math.max(1e-9, distances[distances.length / 2]));
    highest = 1.1 * Math.max(1e-9, floor > 0 ? Math.max(highest, floor) : highest);
    double most = highest;
    chart.setTitle(
        Limits.title(
            chart.getTitle(), Arrays.stream(distances).filter(value -> value > most).count(), "methods"));
    XYStyler styler = chart.getStyler();
    styler.setXAxisLogarithmic(true);
    styler.setXAxisLogarithmicDecadeOnly(true);
    styler.setXAxisMin(left);
    styler.setXAxisMax(right);
    styler.setYAxisMin(0.0);
    styler.setYAxisMax(highest);
    styler.setYAxisDecimalPattern(new Limits(0, highest).pattern(highest < 0.11 ? "0.000" : "0.00"));
    styler.setMarkerSize(9);
    styler.setLegendPosition(LegendPosition.OutsideE);
    styler.setAnnotationTextFont(HouseStyle.font(Font.PLAIN, 9));
    styler.setAnnotationTextFontColor(HouseStyle.INK);
    List<Rectangle2D> labels = new ArrayList<>();
    int colour = 0;
    for (String family : methods.stream().map(Tradeoff::family).distinct().toList()) {
      List<Tradeoff> members =
          methods.stream().filter(method -> method.family().equals(family)).toList();
      double[] x =
          members.stream()
              .mapToDouble(m -> m.residual() > 1e-6 ? Math.min(m.residual(), right) : edge)
              .toArray();
      double[] y = members.stream().mapToDouble(m -> Math.min(m.distance(), most)).toArray();
      XYSeries series = chart.addSeries(family, x, y);
      series.setMarker(
          colour < HouseStyle.SERIES.size() ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND);
      series.setMarkerColor(HouseStyle.SERIES.get(colour % HouseStyle.SERIES.size()));
      series.setLineColor(HouseStyle.SERIES.get(colour % HouseStyle.SERIES.size()));
      series.setLineStyle(new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      colour++;
      for (int i = 0; i < members.size() && members.size() > 1; i++) {
        // Where labels would lie on each other, the first is shown.
        String label = members.get(i).label();
        double acrossX = Math.log(x[i] / left) / Math.log(right / left) * 600;
        double acrossY = y[i] / highest * 430 + 14;
        Rectangle2D box =
            new Rectangle2D.Double(acrossX - 2.6 * label.length(), acrossY, 5.2 * label.length(), 11);
        if (labels.stream().noneMatch(box::intersects)) {
          labels.add(box);
          chart.addAnnotation(
              new AnnotationText(label, x[i], y[i] + highest * 14 / 430, false));
        }
      }
    }
    if (floor > 0) {
      XYSeries line =
          HouseStyle.line(
              chart, "exact samples", new double[] {left, right}, new double[] {floor, floor},
              HouseStyle.PALE, 1.5f);
      line.setLineStyle(new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0));
    }
    return new ChartFigure(chart);
  }

  /// One panel of a posterior.
  ///
  /// @param shade a density under the points
  /// @param samples [n, 2]
  public record Posterior(String title, Density shade, float[] samples) {}

  /// Posterior samples over the prior's points; a cross marks the truth, where there is one.
  public static Figure posterior(
      float[] prior, Optional<double[]> truth, List<Posterior> panels, Axes axes) {
    Bounds bounds = Bounds.around(prior);
    List<Figure> figures = new ArrayList<>();
    for (Posterior panel : panels) {
      PlaneFigure plane =
          new PlaneFigure(360, 370, panel.title(), bounds, axes)
              .with((graphics, p) -> paintDensity(graphics, p, panel.shade()))
              .withDots(prior, 1500, HouseStyle.translucent(HouseStyle.ORANGE, 60), 3)
              .withDots(
                  panel.samples(), MOST_DOTS, HouseStyle.translucent(HouseStyle.BLUE, 130), 2.5)
              .counting(panel.samples());
      truth.ifPresent(at -> plane.with((graphics, p) -> cross(graphics, p, at)));
      figures.add(plane);
    }
    return new Panels(figures, Math.min(3, figures.size()));
  }

  private static void cross(Graphics2D graphics, PlaneFigure plane, double[] at) {
    graphics.setColor(HouseStyle.VERMILION);
    graphics.setStroke(new BasicStroke(2f));
    double x = plane.screenX(at[0]);
    double y = plane.screenY(at[1]);
    graphics.draw(new Line2D.Double(x - 6, y - 6, x + 6, y + 6));
    graphics.draw(new Line2D.Double(x - 6, y + 6, x + 6, y - 6));
  }

  /// One frame of the reverse process.
  public static Figure frame(
      float[] data, float[] states, String title, double minX, double maxX, double minY, double maxY) {
    return frame(data, states, title, minX, maxX, minY, maxY, Axes.UNNAMED);
  }

  /// The same with titles of the axes.
  public static Figure frame(
      float[] data, float[] states, String title, double minX, double maxX, double minY,
      double maxY, Axes axes) {
    return new PlaneFigure(400, 410, title, new Bounds(minX, maxX, minY, maxY), axes)
        .withDots(data, 1000, HouseStyle.translucent(HouseStyle.ORANGE, 110), 4.5)
        .withDots(states, 1000, HouseStyle.translucent(HouseStyle.BLUE, 170), 3);
  }

  /// The rectangle that shows all of the first points and most of the others, with some margin: minX,
  /// maxX, minY, maxY.
  public static double[] bounds(float[] whole, float[]... others) {
    Bounds bounds = Bounds.around(whole, others);
    return new double[] {bounds.minX(), bounds.maxX(), bounds.minY(), bounds.maxY()};
  }
}
