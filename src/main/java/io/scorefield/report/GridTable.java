package io.scorefield.report;

import io.scorefield.eval.Evaluator;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.settings.SweepGrid;
import io.scorefield.io.CsvLines;
import io.scorefield.io.Rounded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The runs of a sweep over keys: a row a combination and method, the best first.
///
/// @param failed messages by combination, or combination/seed-S
/// @param by the metric that the rows are sorted by
/// @param descending whether the greatest is the best
public record GridTable(
    SweepGrid grid,
    Map<SweepTable.Key, Map<String, MetricValue>> means,
    Map<String, String> failed,
    String by,
    boolean descending) {
  /// @param method empty where all runs of the combination failed
  public record Row(SweepGrid.Point point, String method, Map<String, MetricValue> metrics) {}

  /// The metric that is sorted by where none is asked for: the sliced Wasserstein distance, else the first there is.
  public static String usual(Map<SweepTable.Key, Map<String, MetricValue>> means) {
    List<String> metrics = metrics(means);
    return metrics.contains(Evaluator.SLICED_WASSERSTEIN_2) || metrics.isEmpty()
        ? Evaluator.SLICED_WASSERSTEIN_2
        : metrics.getFirst();
  }

  /// The metrics that some run has.
  public static List<String> metrics(Map<SweepTable.Key, Map<String, MetricValue>> means) {
    Set<String> metrics = new LinkedHashSet<>();
    means.values().forEach(values -> metrics.addAll(values.keySet()));
    return List.copyOf(metrics);
  }

  /// The rows, the best first; those without the metric, and combinations that failed, at the end.
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (SweepGrid.Point point : grid.points()) {
      int before = rows.size();
      means.forEach(
          (key, values) -> {
            if (key.variant().equals(point.name())) {
              rows.add(new Row(point, key.method().isEmpty() ? "plain" : key.method(), values));
            }
          });
      if (rows.size() == before) {
        rows.add(new Row(point, "", Map.of()));
      }
    }
    Comparator<Row> order = Comparator.comparingDouble(this::rank);
    return rows.stream().sorted(order).toList();
  }

  private double rank(Row row) {
    double value = value(row, by);
    return Double.isNaN(value) ? Double.NaN : descending ? -value : value;
  }

  private static double value(Row row, String metric) {
    MetricValue value = row.metrics().get(metric);
    return value == null ? Double.NaN : value.value();
  }

  private String message(Row row) {
    String name = row.point().name();
    return failed.entrySet().stream()
        .filter(entry -> entry.getKey().equals(name) || entry.getKey().startsWith(name + "/"))
        .map(entry -> entry.getKey().substring(name.length()).replaceFirst("^/", "") + ": " + entry.getValue())
        .map(text -> text.startsWith(": ") ? text.substring(2) : text)
        .reduce((a, b) -> a + "; " + b)
        .orElse("");
  }

  /// sweep.csv: the keys, the method, then every metric with its standard error, and what failed.
  public String csv() {
    List<String> metrics = metrics(means);
    List<String> header = new ArrayList<>(grid.axes().stream().map(SweepGrid.Axis::key).toList());
    header.addAll(List.of("method", "folder"));
    for (String metric : metrics) {
      header.add(metric);
      header.add(metric + " standard-error");
    }
    header.add("failed");
    StringBuilder text = new StringBuilder(line(header));
    for (Row row : rows()) {
      List<String> cells = new ArrayList<>(row.point().set().values());
      cells.addAll(List.of(row.method(), row.point().name()));
      for (String metric : metrics) {
        MetricValue value = row.metrics().get(metric);
        cells.add(value == null ? "" : String.format(Locale.ROOT, "%.6g", value.value()));
        cells.add(
            value == null || Double.isNaN(value.standardError())
                ? ""
                : String.format(Locale.ROOT, "%.3g", value.standardError()));
      }
      cells.add(message(row));
      text.append(line(cells));
    }
    return text.toString();
  }

  private static String line(List<String> cells) {
    return String.join(",", cells.stream().map(CsvLines::cell).toList()) + "\n";
  }

  /// The table as text: the keys, the method and the metric that is sorted by.
  public List<String> lines() {
    List<List<String>> table = new ArrayList<>();
    List<String> header = new ArrayList<>(grid.axes().stream().map(SweepGrid.Axis::key).toList());
    header.addAll(List.of("method", by, "std. error", "noise floor"));
    table.add(header);
    for (Row row : rows()) {
      List<String> cells = new ArrayList<>(row.point().set().values());
      MetricValue value = row.metrics().get(by);
      cells.add(row.method().isEmpty() ? "failed" : row.method());
      cells.add(value == null ? "-" : Rounded.value(value.value()));
      cells.add(value == null ? "-" : Rounded.error(value.standardError()));
      cells.add(value == null ? "-" : Rounded.number(value.noiseFloor()));
      table.add(cells);
    }
    int[] widths = new int[header.size()];
    table.forEach(cells -> {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], cells.get(c).length());
      }
    });
    return table.stream().map(cells -> padded(cells, widths)).toList();
  }

  /// Texts to the left, the numbers of the last three columns to the right.
  private static String padded(List<String> cells, int[] widths) {
    List<String> padded = new ArrayList<>();
    for (int c = 0; c < widths.length; c++) {
      String space = " ".repeat(widths[c] - cells.get(c).length());
      padded.add(c < widths.length - 3 ? cells.get(c) + space : space + cells.get(c));
    }
    return String.join("  ", padded).stripTrailing();
  }
}
