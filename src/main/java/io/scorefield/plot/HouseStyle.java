package io.scorefield.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The look of all charts: white ground, light grid, thin lines, colours that the colour-blind can
/// tell apart (Okabe and Ito).
final class HouseStyle {
  static final Color BLUE = new Color(0x0072B2);
  static final Color VERMILION = new Color(0xD55E00);
  static final Color GREEN = new Color(0x009E73);
  static final Color PURPLE = new Color(0xCC79A7);
  static final Color ORANGE = new Color(0xE69F00);
  static final Color SKY = new Color(0x56B4E9);
  static final Color INK = new Color(0x333333);
  static final Color PALE = new Color(0xBBBBBB);
  static final List<Color> SERIES = List.of(BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, INK);

  private static final Color GRID = new Color(0xE6E6E6);

  private HouseStyle() {}

  static XYChart chart(int width, int height, String title, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderColor(PALE);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(0.75f));
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsColor(INK);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleVisible(!title.isEmpty());
    styler.setChartTitleFont(font(Font.BOLD, 14));
    styler.setAxisTitleFont(font(Font.PLAIN, 12));
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 11));
    styler.setLegendFont(font(Font.PLAIN, 11));
    styler.setLegendBorderColor(GRID);
    styler.setLegendBackgroundColor(new Color(255, 255, 255, 220));
    styler.setLegendPosition(LegendPosition.InsideNE);
    styler.setLegendSeriesLineLength(16);
    styler.setXAxisTickMarkSpacingHint(70);
    styler.setYAxisTickMarkSpacingHint(45);
    styler.setYAxisLogarithmicDecadeOnly(false);
    styler.setXAxisLogarithmicDecadeOnly(false);
    styler.setAntiAlias(true);
    styler.setMarkerSize(3);
    styler.setPlotContentSize(1);
    return chart;
  }

  static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  /// Lets XChart choose round numbers for the ticks. Where all values of an axis are evenly spaced it
  /// puts the ticks on data points instead; invisible points off the grid prevent that.
  static void roundTicks(XYChart chart, Bounds bounds) {
    double[] x = {
      bounds.minX(), bounds.minX() + 0.3719 * (bounds.maxX() - bounds.minX()), bounds.maxX()
    };
    double[] y = {
      bounds.minY(), bounds.minY() + 0.2817 * (bounds.maxY() - bounds.minY()), bounds.maxY()
    };
    XYSeries series = chart.addSeries("ticks", x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.NONE);
    series.setMarkerColor(new Color(0, 0, 0, 0));
    series.setShowInLegend(false);
  }

  static XYSeries line(
      XYChart chart, String name, double[] x, double[] y, Color color, float width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineWidth(width);
    series.setLineStyle(
        new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    return series;
  }

  static void dots(XYChart chart, String name, double[] x, double[] y, Color color) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
  }

  /// From pale blue, 0, to dark blue, 1.
  static Color shade(double darkness) {
    return new Color(
        (int) (190 * (1 - darkness)), (int) (215 - 155 * darkness), (int) (235 - 100 * darkness));
  }

  static Color translucent(Color color, int alpha) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
  }
}
