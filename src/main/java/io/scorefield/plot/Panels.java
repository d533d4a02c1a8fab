package io.scorefield.plot;

import io.scorefield.watch.Watch;
import java.awt.Graphics2D;
import java.util.List;

/// Figures of one size in rows, `columns` in each.
record Panels(List<Figure> figures, int columns) implements Figure {
  @Override
  public int width() {
    return figures.getFirst().width() * Math.min(columns, figures.size());
  }

  @Override
  public int height() {
    return figures.getFirst().height() * Math.ceilDiv(figures.size(), columns);
  }

  @Override
  public void paint(Graphics2D graphics) {
    for (int i = 0; i < figures.size(); i++) {
      Watch.current().check();
      Figure figure = figures.get(i);
      int x = i % columns * figure.width();
      int y = i / columns * figure.height();
      graphics.translate(x, y);
      figure.paint(graphics);
      graphics.translate(-x, -y);
    }
  }
}
