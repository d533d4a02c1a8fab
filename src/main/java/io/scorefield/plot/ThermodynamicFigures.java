package io.scorefield.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Pictures of quantities over the temperature.
public final class ThermodynamicFigures {
  private ThermodynamicFigures() {}

  /// A quantity at some temperatures, with its standard error.
  public record Dots(String name, double[] x, double[] y, double[] error) {}

  /// What samples have beside the truth.
  public record Panel(String title, String xTitle, String yTitle, Dots samples, Dots truth) {}

  /// Panels in two columns: the truth is a line, samples are dots with two standard errors; open ones lie where nothing was
  /// trained.
  public static Figure curves(List<Panel> panels, List<Double> trained) {
    List<Figure> figures = new ArrayList<>();
    for (Panel panel : panels) {
      XYChart chart = HouseStyle.chart(430, 320, panel.title(), panel.xTitle(), panel.yTitle());
      chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
      chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
      chart.getStyler().setMarkerSize(8);
      Dots truth = panel.truth();
      HouseStyle.line(chart, truth.name(), truth.x(), truth.y(), HouseStyle.ORANGE, 2.2f);
      Dots samples = panel.samples();
      dots(chart, samples, samples.name(), true, trained);
      dots(chart, samples, "not trained on", false, trained);
      double[] low = new double[samples.y().length];
      double[] high = new double[low.length];
      Arrays.setAll(low, i -> Math.min(truth.y()[i], samples.y()[i] - 2 * samples.error()[i]));
      Arrays.setAll(high, i -> Math.max(truth.y()[i], samples.y()[i] + 2 * samples.error()[i]));
      Limits limits = Limits.of(low).with(Limits.of(high));
      chart.getStyler().setYAxisDecimalPattern(limits.pattern("0.###"));
      double first = truth.x()[0];
      double last = truth.x()[truth.x().length - 1];
      double margin = 0.05 * (last - first);
      double above = 0.05 * (limits.most() - limits.least());
      HouseStyle.roundTicks(
          chart, new Bounds(first - margin, last + margin, limits.least() - above, limits.most() + above));
      figures.add(new ChartFigure(chart));
    }
    return new Panels(figures, 2);
  }

  private static void dots(XYChart chart, Dots all, String name, boolean known, List<Double> trained) {
    int[] which =
        IntStream.range(0, all.x().length)
            .filter(i -> trained.contains(all.x()[i]) == known)
            .toArray();
    if (which.length == 0) {
      return;
    }
    XYSeries series =
        chart.addSeries(
            name, pick(all.x(), which), pick(all.y(), which),
            Arrays.stream(pick(all.error(), which)).map(e -> 2 * e).toArray());
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarker(known ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND);
    series.setMarkerColor(known ? HouseStyle.BLUE : HouseStyle.VERMILION);
  }

  private static double[] pick(double[] from, int[] which) {
    return Arrays.stream(which).mapToDouble(i -> from[i]).toArray();
  }
}
