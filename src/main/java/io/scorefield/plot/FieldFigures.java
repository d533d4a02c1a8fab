package io.scorefield.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;

/// Pictures of fields: curves over one axis, maps over two.
public final class FieldFigures {
  private static final int CURVE_WIDTH = 300;
  private static final int CURVE_HEIGHT = 230;
  private static final int MAP = 150;
  private static final int TITLE = 34;
  private static final int BAR = 46;

  private FieldFigures() {}

  /// One panel: some curves over the grid index.
  ///
  /// @param names of the curves, one for each; an empty one is not in the legend
  public record Curves(String title, List<String> names, List<double[]> curves) {
    /// Curves that need no names.
    public Curves(String title, List<double[]> curves) {
      this(title, curves.stream().map(curve -> "").toList(), curves);
    }
  }

  /// Panels in rows; all panels of a row have the same range.
  public static Figure curves(List<List<Curves>> rows) {
    List<Figure> panels = new ArrayList<>();
    int columns = rows.stream().mapToInt(List::size).max().orElse(1);
    for (List<Curves> row : rows) {
      double[] all =
          row.stream()
              .flatMap(panel -> panel.curves().stream())
              .flatMapToDouble(Arrays::stream)
              .toArray();
      Limits limits = Limits.of(all);
      double margin = 0.05 * limits.width();
      for (Curves panel : row) {
        long outside = panel.curves().stream().mapToLong(limits::outside).sum();
        XYChart chart =
            HouseStyle.chart(
                CURVE_WIDTH, CURVE_HEIGHT, Limits.title(panel.title(), outside, "values"), "grid point", "");
        chart.getStyler().setYAxisMin(limits.least() - margin).setYAxisMax(limits.most() + margin);
        boolean legend = panel.names().stream().anyMatch(name -> !name.isEmpty());
        for (int i = 0; i < panel.curves().size(); i++) {
          double[] y = Arrays.stream(panel.curves().get(i)).map(limits::clamp).toArray();
          double[] x = IntStream.range(0, y.length).asDoubleStream().toArray();
          String name = panel.names().get(i);
          XYSeries series =
              HouseStyle.line(
                  chart, name.isEmpty() ? "curve " + i : name, x, y,
                  legend && name.isEmpty()
                      ? HouseStyle.PALE
                      : HouseStyle.SERIES.get(i % HouseStyle.SERIES.size()),
                  legend && !name.isEmpty() ? 1.8f : 1f);
          series.setShowInLegend(!name.isEmpty());
        }
        chart.getStyler().setLegendVisible(legend);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setAxisTitlesVisible(false);
        chart.getStyler().setYAxisDecimalPattern(limits.pattern("0.###"));
        double last = panel.curves().getFirst().length - 1.0;
        HouseStyle.roundTicks(chart, new Bounds(0, Math.max(last, 1), limits.least(), limits.most()));
        panels.add(new ChartFigure(chart));
      }
      for (int i = row.size(); i < columns; i++) {
        panels.add(new Blank(CURVE_WIDTH, CURVE_HEIGHT));
      }
    }
    return new Panels(panels, columns);
  }

  /// A field over two axes.
  ///
  /// @param values `[rows][columns]`; row 0 is painted at the bottom
  /// @param least the value of the palest colour
  /// @param most the value of the darkest; where least is -most, zero is white and signs have colours of their own
  public record Map(String title, double[][] values, double least, double most) {
    /// A map of values of any range.
    public static Map of(String title, double[][] values) {
      double[] all = Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray();
      Limits limits = Limits.of(all);
      return new Map(Limits.title(title, limits.outside(all), "cells"), values, limits.least(), limits.most());
    }

    /// A map of signed values: zero is white.
    public static Map signed(String title, double[][] values) {
      double[] all = Arrays.stream(values).flatMapToDouble(Arrays::stream).map(Math::abs).toArray();
      Limits limits = Limits.of(all);
      return new Map(Limits.title(title, limits.outside(all), "cells"), values, -limits.most(), limits.most());
    }
  }

  /// Maps in rows of `columns`.
  public static Figure maps(List<Map> maps, int columns) {
    return new Panels(maps.stream().<Figure>map(MapFigure::new).toList(), columns);
  }

  /// Nothing, where a row is shorter than others.
  private record Blank(int width, int height) implements Figure {
    @Override
    public void paint(Graphics2D graphics) {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
    }
  }

  private record MapFigure(Map map) implements Figure {
    @Override
    public int width() {
      return MAP + BAR + 24;
    }

    @Override
    public int height() {
      return MAP + TITLE + 12;
    }

    @Override
    public void paint(Graphics2D graphics) {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width(), height());
      graphics.setColor(HouseStyle.INK);
      graphics.setFont(HouseStyle.font(Font.BOLD, 12));
      graphics.drawString(map.title(), 12, TITLE - 12);
      int rows = map.values().length;
      int columns = map.values()[0].length;
      // Every cell as many pixels as it takes, so that viewers do not blur its edges.
      int cell = Math.max(1, 480 / Math.max(rows, columns));
      BufferedImage image =
          new BufferedImage(columns * cell, rows * cell, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < rows * cell; y++) {
        for (int x = 0; x < columns * cell; x++) {
          image.setRGB(x, y, colour(map.values()[rows - 1 - y / cell][x / cell]));
        }
      }
      graphics.drawImage(image, 12, TITLE, MAP, MAP, null);
      BufferedImage bar = new BufferedImage(1, 64, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < 64; y++) {
        bar.setRGB(0, y, colour(map.most() - (y + 0.5) / 64 * (map.most() - map.least())));
      }
      graphics.drawImage(bar, MAP + 18, TITLE, 8, MAP, null);
      graphics.setFont(HouseStyle.font(Font.PLAIN, 9));
      graphics.setColor(HouseStyle.INK);
      graphics.drawString(number(map.most()), MAP + 29, TITLE + 9);
      graphics.drawString(number(map.least()), MAP + 29, TITLE + MAP);
    }

    private int colour(double value) {
      double range = map.most() - map.least();
      if (map.least() == -map.most() && range > 0) {
        double share = Math.clamp(zeroed(value) / map.most(), -1, 1);
        return mix(Color.WHITE, share < 0 ? HouseStyle.BLUE : HouseStyle.VERMILION, Math.abs(share));
      }
      double share = range > 0 ? Math.clamp((zeroed(value) - map.least()) / range, 0, 1) : 0.5;
      return share < 0.5
          ? mix(new Color(0xFFF7E6), HouseStyle.ORANGE, 2 * share)
          : mix(HouseStyle.ORANGE, new Color(0x3B1F5B), 2 * share - 1);
    }

    /// What is no number has the colour of 0.
    private static double zeroed(double value) {
      return Double.isNaN(value) ? 0 : value;
    }

    private static int mix(Color from, Color to, double share) {
      int red = (int) Math.round(from.getRed() + share * (to.getRed() - from.getRed()));
      int green = (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen()));
      int blue = (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue()));
      return red << 16 | green << 8 | blue;
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, "%.2g", value);
    }
  }
}
