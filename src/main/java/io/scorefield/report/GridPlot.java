package io.scorefield.report;

import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.settings.SweepGrid;
import io.scorefield.plot.DotFigure;
import io.scorefield.plot.Figure;
import io.scorefield.plot.SweepFigure;
import io.scorefield.plot.SweepFigure.Curve;
import io.scorefield.plot.SweepFigure.Panel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// sweep.png: the metrics over the one key that a sweep varies. Numbers are an axis, other values are rows.
///
/// @param first the metric of the first panel
public record GridPlot(SweepGrid grid, Map<SweepTable.Key, Map<String, MetricValue>> means, String first) {
  /// @param dots by value of the key
  private record Line(String method, Map<String, MetricValue> dots) {}

  /// The picture; empty where several keys are varied, or no run has a metric.
  public Optional<Figure> figure() {
    List<String> metrics = new ArrayList<>(GridTable.metrics(means));
    if (grid.axes().size() != 1 || metrics.isEmpty()) {
      return Optional.empty();
    }
    if (metrics.remove(first)) {
      metrics.addFirst(first);
    }
    SweepGrid.Axis axis = grid.axes().getFirst();
    boolean numbers = axis.values().size() > 1 && axis.values().stream().allMatch(GridPlot::isNumber);
    return Optional.of(numbers ? curves(axis, metrics) : rows(axis, metrics));
  }

  private Figure curves(SweepGrid.Axis axis, List<String> metrics) {
    List<Panel> panels = new ArrayList<>();
    for (String metric : metrics) {
      List<Curve> curves = new ArrayList<>();
      for (Line line : lines(metric)) {
        List<String> there =
            axis.values().stream()
                .filter(value -> line.dots().containsKey(value))
                .sorted((a, b) -> Double.compare(Double.parseDouble(a), Double.parseDouble(b)))
                .toList();
        curves.add(
            new Curve(
                line.method(),
                there.stream().mapToDouble(Double::parseDouble).toArray(),
                there.stream().mapToDouble(value -> line.dots().get(value).value()).toArray(),
                there.stream().mapToDouble(value -> line.dots().get(value).standardError()).toArray()));
      }
      panels.add(new Panel(metric, axis.key(), curves));
    }
    return SweepFigure.of(panels);
  }

  private Figure rows(SweepGrid.Axis axis, List<String> metrics) {
    List<DotFigure.Panel> panels = new ArrayList<>();
    for (String metric : metrics) {
      List<DotFigure.Group> groups = new ArrayList<>();
      for (Line line : lines(metric)) {
        groups.add(new DotFigure.Group(line.method(), axis.values().stream().map(value -> dot(line.dots().get(value))).toList()));
      }
      panels.add(new DotFigure.Panel(metric, groups));
    }
    return new DotFigure(axis.values().stream().map(value -> axis.key() + " = " + value).toList(), panels);
  }

  private static DotFigure.Dot dot(MetricValue value) {
    return value == null
        ? new DotFigure.Dot(Double.NaN, Double.NaN, Double.NaN)
        : new DotFigure.Dot(value.value(), value.standardError(), value.noiseFloor());
  }

  /// A metric by method, then by value of the key.
  private List<Line> lines(String metric) {
    Map<String, Map<String, MetricValue>> lines = new LinkedHashMap<>();
    for (SweepGrid.Point point : grid.points()) {
      means.forEach(
          (key, values) -> {
            MetricValue value = values.get(metric);
            if (key.variant().equals(point.name()) && value != null && Double.isFinite(value.value())) {
              lines.computeIfAbsent(key.method().isEmpty() ? "plain" : key.method(), m -> new LinkedHashMap<>())
                  .put(point.set().values().iterator().next(), value);
            }
          });
    }
    return lines.entrySet().stream().map(line -> new Line(line.getKey(), line.getValue())).toList();
  }

  private static boolean isNumber(String text) {
    try {
      return Double.isFinite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
