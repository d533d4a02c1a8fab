package io.scorefield.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;

/// The pictures of a simulation.
public final class SimulationFigures {
  private static final int BINS = 60;
  private static final int MOST_DOTS = 4000;

  private SimulationFigures() {}

  /// A density in the plane, up to a factor.
  @FunctionalInterface
  public interface Shade {
    double at(double x, double y);
  }

  /// A quantity over time with its standard error; NaN where there is none.
  ///
  /// @param exact what it is in equilibrium; empty where that is not known
  public record Band(String title, double[] time, double[] value, double[] error, double[] exact) {}

  /// A histogram of numbers, as a density, under the exact one.
  ///
  /// @param limits of the picture, two or none: then as far as the numbers reach
  /// @param exact places and values; empty where it is not known
  public static Figure histogram(
      String title, float[] values, double[] limits, double[][] exact, String name) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    Limits shown = limits.length == 2 ? new Limits(limits[0], limits[1]) : Limits.of(wide);
    double bin = shown.width() / BINS;
    double[] x = new double[BINS + 1];
    double[] y = new double[BINS + 1];
    Arrays.setAll(x, b -> shown.least() + b * bin);
    for (double value : wide) {
      if (shown.contains(value)) {
        y[Math.min((int) ((value - shown.least()) / bin), BINS - 1)] += 1 / (bin * wide.length);
      }
    }
    y[BINS] = y[BINS - 1];
    XYChart chart = HouseStyle.chart(620, 380, title, name, "density");
    XYSeries bars = HouseStyle.line(chart, "walkers", x, y, HouseStyle.BLUE, 1f);
    bars.setXYSeriesRenderStyle(XYSeriesRenderStyle.StepArea);
    bars.setFillColor(HouseStyle.translucent(HouseStyle.SKY, 120));
    if (exact[0].length > 0) {
      int[] inside =
          IntStream.range(0, exact[0].length).filter(i -> shown.contains(exact[0][i])).toArray();
      HouseStyle.line(
          chart, "exact", Arrays.stream(inside).mapToDouble(i -> exact[0][i]).toArray(),
          Arrays.stream(inside).mapToDouble(i -> exact[1][i]).toArray(), HouseStyle.VERMILION, 2f);
    }
    double most = Math.max(Arrays.stream(y).max().orElse(1), Arrays.stream(exact[1]).max().orElse(0));
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisDecimalPattern("0.###");
    chart.getStyler().setLegendVisible(exact[0].length > 0);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    HouseStyle.roundTicks(chart, new Bounds(shown.least(), shown.most(), 0, 1.05 * most));
    return new ChartFigure(chart);
  }

  /// Walkers in the plane over the exact density, where it is known.
  ///
  /// @param limitsX of the picture, two or none; likewise limitsY
  public static Figure cloud(
      float[] points, double[] limitsX, double[] limitsY, Optional<Shade> shade, Axes axes) {
    Bounds own = Bounds.around(points);
    Bounds bounds =
        new Bounds(
            limitsX.length == 2 ? limitsX[0] : own.minX(), limitsX.length == 2 ? limitsX[1] : own.maxX(),
            limitsY.length == 2 ? limitsY[0] : own.minY(), limitsY.length == 2 ? limitsY[1] : own.maxY());
    PlaneFigure plane = new PlaneFigure(560, 570, "Walkers at the end", bounds, axes);
    shade.ifPresent(density -> plane.with((graphics, p) -> Figures.paintDensity(graphics, p, density::at)));
    return plane
        .withDots(points, MOST_DOTS, HouseStyle.translucent(HouseStyle.BLUE, 130), 2.5)
        .counting(points);
  }

  /// Quantities over time, one a panel, with two standard errors.
  public static Figure course(List<Band> bands) {
    List<Figure> panels = new ArrayList<>();
    for (Band band : bands) {
      int[] known =
          IntStream.range(0, band.time().length)
              .filter(i -> Double.isFinite(band.value()[i]))
              .toArray();
      if (known.length < 2) {
        continue;
      }
      double[] time = pick(band.time(), known);
      double[] value = pick(band.value(), known);
      double[] error = pick(band.error(), known);
      XYChart chart = HouseStyle.chart(430, 300, band.title(), "time", "");
      chart.getStyler().setLegendVisible(false);
      Color pale = HouseStyle.translucent(HouseStyle.SKY, 150);
      double[] low = value.clone();
      double[] high = value.clone();
      for (int i = 0; i < value.length; i++) {
        double by = Double.isFinite(error[i]) ? 2 * error[i] : 0;
        low[i] -= by;
        high[i] += by;
      }
      for (double[] edge : List.of(low, high)) {
        XYSeries line = HouseStyle.line(chart, edge == low ? "low" : "high", time, edge, pale, 1f);
        line.setLineStyle(new BasicStroke(1f));
      }
      HouseStyle.line(chart, "mean", time, value, HouseStyle.BLUE, 2f);
      Limits limits = Limits.of(low).with(Limits.of(high));
      if (band.exact().length > 0) {
        double[] exact = pick(band.exact(), known);
        HouseStyle.line(chart, "equilibrium", time, exact, HouseStyle.VERMILION, 1.5f);
        limits = limits.with(Limits.of(exact));
      }
      chart.getStyler().setYAxisDecimalPattern(limits.pattern("0.###"));
      HouseStyle.roundTicks(chart, new Bounds(time[0], time[time.length - 1], limits.least(), limits.most()));
      panels.add(new ChartFigure(chart));
    }
    return new Panels(panels, Math.min(2, Math.max(1, panels.size())));
  }

  private static double[] pick(double[] from, int[] which) {
    return Arrays.stream(which).mapToDouble(i -> from[i]).toArray();
  }
}
