package io.scorefield.plot;

import java.awt.Graphics2D;
import org.knowm.xchart.XYChart;

/// A chart of curves as a figure.
record ChartFigure(XYChart chart) implements Figure {
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
  }
}
