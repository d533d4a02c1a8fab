package io.scorefield.plot;

import io.scorefield.plot.Figures.Curve;
import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/// Costs by noise level on a logarithmic axis: one curve a variant, the later ones dashed so that those below are seen.
public final class BoundFigure {
  /// Decades that are shown below the most.
  private static final int DECADES = 7;

  private BoundFigure() {}

  /// A panel of curves over the log-SNR.
  ///
  /// @param curves positive values, x ascending
  public record Panel(String title, List<Curve> curves) {}

  /// Panels side by side.
  public static Figure of(List<Panel> panels) {
    List<Figure> figures = new ArrayList<>();
    for (Panel panel : panels) {
      figures.add(new ChartFigure(chart(panel)));
    }
    return new Panels(figures, figures.size());
  }

  private static XYChart chart(Panel panel) {
    XYChart chart = HouseStyle.chart(470, 360, panel.title(), "log-SNR ln(alpha^2/sigma^2)", "nats");
    XYStyler styler = chart.getStyler();
    styler.setYAxisLogarithmic(true);
    styler.setYAxisLogarithmicDecadeOnly(true);
    styler.setLegendPosition(LegendPosition.InsideNW);
    double most =
        panel.curves().stream().flatMapToDouble(curve -> Arrays.stream(curve.y())).filter(Double::isFinite).max().orElse(1);
    double least =
        panel.curves().stream().flatMapToDouble(curve -> Arrays.stream(curve.y())).filter(y -> y > 0).min().orElse(most);
    double top = Math.ceil(Math.log10(most) + 0.1);
    double bottom = Math.max(top - DECADES, Math.floor(Math.log10(least)));
    double floor = Math.pow(10, bottom);
    styler.setYAxisMin(floor).setYAxisMax(Math.pow(10, top));
    for (int i = 0; i < panel.curves().size(); i++) {
      Curve curve = panel.curves().get(i);
      double[] shown = Arrays.stream(curve.y()).map(y -> Math.max(y, floor)).toArray();
      XYSeries series =
          HouseStyle.line(chart, curve.name(), curve.x(), shown, HouseStyle.SERIES.get(i % HouseStyle.SERIES.size()), 2f);
      if (i > 0) {
        series.setLineStyle(
            new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {9f / i, 5}, 0));
      }
    }
    double[] x = panel.curves().getFirst().x();
    HouseStyle.roundTicks(chart, new Bounds(x[0], x[x.length - 1], floor, Math.pow(10, top)));
    return chart;
  }
}
