package io.scorefield.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Quantities over a number that runs differ in, each with two standard errors.
public final class SweepFigure {
  private static final int COLUMNS = 3;

  private SweepFigure() {}

  /// @param x ascending
  /// @param error standard errors; not drawn where they are not numbers
  public record Curve(String name, double[] x, double[] y, double[] error) {}

  /// @param curves may be empty: nothing of the quantity is known
  public record Panel(String title, String xTitle, List<Curve> curves) {}

  /// Panels in rows of three. The axis is logarithmic where the numbers span a decade.
  public static Figure of(List<Panel> panels) {
    List<Figure> figures = new ArrayList<>();
    for (Panel panel : panels) {
      if (!panel.curves().isEmpty()) {
        figures.add(new ChartFigure(chart(panel)));
      }
    }
    return new Panels(figures, COLUMNS);
  }

  private static XYChart chart(Panel panel) {
    XYChart chart = HouseStyle.chart(360, 300, panel.title(), panel.xTitle(), "");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    chart.getStyler().setLegendVisible(panel.curves().size() > 1);
    chart.getStyler().setMarkerSize(7);
    double[] x = panel.curves().stream().flatMapToDouble(curve -> Arrays.stream(curve.x())).sorted().toArray();
    boolean logarithmic = x[0] > 0 && x[x.length - 1] >= 10 * x[0];
    Limits shown =
        Limits.of(panel.curves().stream().flatMapToDouble(curve -> Arrays.stream(curve.y())).toArray());
    Limits limits = shown;
    for (int c = 0; c < panel.curves().size(); c++) {
      Curve curve = panel.curves().get(c);
      double[] error = new double[curve.x().length];
      Arrays.setAll(error, i -> Double.isFinite(curve.error()[i]) ? 2 * curve.error()[i] : 0);
      double[] y = Arrays.stream(curve.y()).map(shown::clamp).toArray();
      boolean known = Arrays.stream(error).anyMatch(e -> e > 0);
      XYSeries series =
          known ? chart.addSeries(curve.name(), curve.x(), y, error) : chart.addSeries(curve.name(), curve.x(), y);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setMarkerColor(HouseStyle.SERIES.get(c % HouseStyle.SERIES.size()));
      series.setLineColor(HouseStyle.SERIES.get(c % HouseStyle.SERIES.size()));
      series.setLineWidth(1.6f);
      for (int i = 0; i < y.length; i++) {
        limits = limits.with(new Limits(y[i] - error[i], y[i] + error[i]).near(shown, 1));
      }
    }
    double margin = 0.06 * limits.width();
    chart.getStyler().setYAxisMin(limits.least() - margin).setYAxisMax(limits.most() + margin);
    chart.getStyler().setYAxisDecimalPattern(limits.pattern(limits.width() < 0.02 ? "0.####" : "0.###"));
    chart.getStyler().setXAxisLogarithmic(logarithmic);
    chart.getStyler().setXAxisLogarithmicDecadeOnly(logarithmic);
    Limits across = new Limits(x[0], x[x.length - 1]).wideEnough();
    double left = logarithmic ? across.least() / 1.2 : across.least() - 0.05 * across.width();
    double right = logarithmic ? across.most() * 1.2 : across.most() + 0.05 * across.width();
    chart.getStyler().setXAxisMin(left).setXAxisMax(right);
    chart.getStyler().setXAxisDecimalPattern(new Limits(left, right).pattern(right < 1 ? "0.####" : "0.##"));
    HouseStyle.roundTicks(chart, new Bounds(left, right, limits.least(), limits.most()));
    return chart;
  }
}
