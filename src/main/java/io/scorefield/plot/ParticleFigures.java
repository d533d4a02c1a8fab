package io.scorefield.plot;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;

/// Pictures of particles: configurations, and histograms of what can be measured of them.
public final class ParticleFigures {
  private static final int STILL = 190;
  private static final int FEWEST_BINS = 25;
  private static final int MOST_BINS = 100;

  private ParticleFigures() {}

  /// One configuration.
  ///
  /// @param caption below it, for example its energy
  /// @param positions [N K]
  /// @param isTrue whether it is of the truth, which has a colour of its own
  public record Configuration(String title, String caption, float[] positions, boolean isTrue) {}

  /// Configurations in rows of `columns`.
  public static Figure configurations(List<Configuration> configurations, int columns, ParticleView view) {
    return configurations(configurations, columns, view, STILL);
  }

  /// @param size of a panel, in points
  static Figure configurations(
      List<Configuration> configurations, int columns, ParticleView view, int size) {
    return new Panels(
        configurations.stream()
            .<Figure>map(
                one ->
                    new ParticleFigure(
                        size, one.title(), one.caption(), one.positions(), view,
                        one.isTrue() ? HouseStyle.ORANGE : HouseStyle.BLUE))
            .toList(),
        columns);
  }

  /// One frame of an animation of some configurations.
  public static Figure frame(List<Configuration> configurations, int columns, ParticleView view) {
    return configurations(configurations, columns, view, 210);
  }

  /// Numbers of one kind of several samples.
  ///
  /// @param truth of true samples; decides the range
  /// @param names of the others
  public record Histogram(String title, String axis, double[] truth, List<String> names, List<double[]> others) {}

  /// Histograms side by side: filled that of the truth, a line each of the others, as densities.
  public static Figure histograms(List<Histogram> histograms) {
    List<Figure> panels = new ArrayList<>();
    for (Histogram histogram : histograms) {
      panels.add(new ChartFigure(chart(histogram)));
    }
    return new Panels(panels, panels.size());
  }

  /// Curves over a true one, which decides the range.
  public static Figure curves(String title, String xTitle, String yTitle, Figures.Curve truth, List<Figures.Curve> others) {
    XYChart chart = HouseStyle.chart(680, 400, title, xTitle, yTitle);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    HouseStyle.line(chart, truth.name(), truth.x(), truth.y(), HouseStyle.ORANGE, 4f);
    for (int i = 0; i < others.size(); i++) {
      Figures.Curve curve = others.get(i);
      HouseStyle.line(chart, curve.name(), curve.x(), curve.y(), SERIES.get(i % SERIES.size()), 2f);
    }
    double[] sorted = Arrays.stream(truth.y()).sorted().toArray();
    double highest = 1.3 * sorted[sorted.length * 97 / 100];
    chart.getStyler().setYAxisMin(-0.05 * highest).setYAxisMax(highest);
    HouseStyle.roundTicks(chart, new Bounds(truth.x()[0], truth.x()[truth.x().length - 1], -0.05 * highest, highest));
    return new ChartFigure(chart);
  }

  private static XYChart chart(Histogram histogram) {
    Limits limits = shown(histogram);
    long outside = histogram.others().stream().mapToLong(limits::outside).sum();
    XYChart chart =
        HouseStyle.chart(520, 360, Limits.title(histogram.title(), outside, "values"), histogram.axis(), "density");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    int bins = bins(histogram);
    double highest = add(chart, "truth", histogram.truth(), limits, bins, HouseStyle.ORANGE, true);
    for (int i = 0; i < histogram.names().size(); i++) {
      Color color = SERIES.get(i % SERIES.size());
      highest = Math.max(highest, add(chart, histogram.names().get(i), histogram.others().get(i), limits, bins, color, false));
    }
    chart.getStyler().setXAxisMin(limits.least()).setXAxisMax(limits.most());
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.05 * highest);
    chart.getStyler().setYAxisTicksVisible(false);
    HouseStyle.roundTicks(chart, new Bounds(limits.least(), limits.most(), 0, highest));
    return chart;
  }

  private static final List<Color> SERIES =
      HouseStyle.SERIES.stream().filter(color -> !color.equals(HouseStyle.ORANGE)).toList();

  /// Nearly all of the truth with some room, and most of the others as far as that is not far off.
  private static Limits shown(Histogram histogram) {
    Limits middle = Limits.middle(histogram.truth());
    Limits truth =
        new Limits(middle.least() - 0.25 * middle.width(), middle.most() + 0.25 * middle.width());
    Limits all = truth;
    for (double[] other : histogram.others()) {
      all = all.with(Limits.middle(other).near(truth, 0.25));
    }
    boolean positive = Arrays.stream(histogram.truth()).allMatch(value -> value >= 0);
    return positive ? new Limits(Math.max(0, all.least()), all.most()) : all;
  }

  /// The fewer numbers there are, the wider are the bins.
  private static int bins(Histogram histogram) {
    int fewest =
        histogram.others().stream().mapToInt(other -> other.length).reduce(histogram.truth().length, Math::min);
    return Math.clamp((int) Math.sqrt(fewest), FEWEST_BINS, MOST_BINS);
  }

  /// Adds the histogram of what is inside of the limits and returns its highest density.
  private static double add(
      XYChart chart, String name, double[] values, Limits limits, int bins, Color color, boolean filled) {
    double[] density = new double[bins];
    double width = limits.width() / bins;
    for (double value : values) {
      if (limits.contains(value)) {
        density[Math.min(bins - 1, (int) ((value - limits.least()) / width))] += 1 / (width * values.length);
      }
    }
    // Steps: both corners of every bin.
    double[] x = new double[2 * bins];
    double[] y = new double[2 * bins];
    for (int bin = 0; bin < bins; bin++) {
      x[2 * bin] = limits.least() + bin * width;
      x[2 * bin + 1] = limits.least() + (bin + 1) * width;
      y[2 * bin] = density[bin];
      y[2 * bin + 1] = density[bin];
    }
    XYSeries series = HouseStyle.line(chart, name, x, y, color, filled ? 1.2f : 1.8f);
    if (filled) {
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
      series.setFillColor(HouseStyle.translucent(color, 80));
    }
    return Arrays.stream(density).max().orElse(1);
  }
}
