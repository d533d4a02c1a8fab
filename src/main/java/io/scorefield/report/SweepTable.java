package io.scorefield.report;

import io.scorefield.eval.MetricValue;
import io.scorefield.io.CsvLines;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The metrics of a sweep: a row a method of a variant, a value a seed.
public final class SweepTable {
  /// A row's name in two parts.
  ///
  /// @param variant empty where the experiment has none
  /// @param method empty where the variant has one method only
  public record Key(String variant, String method) {
    /// variant/method, or the one that there is.
    @Override
    public String toString() {
      return variant.isEmpty() ? method : method.isEmpty() ? variant : variant + "/" + method;
    }
  }

  /// @param metrics by name and seed
  private record Row(Map<String, SortedMap<Long, MetricValue>> metrics) {}

  private final Map<Key, Row> rows = new LinkedHashMap<>();

  /// Adds the metrics of one seed.
  public void add(Key key, long seed, Map<String, MetricValue> values) {
    Row row = rows.computeIfAbsent(key, k -> new Row(new LinkedHashMap<>()));
    values.forEach(
        (metric, value) -> row.metrics().computeIfAbsent(metric, m -> new TreeMap<>()).put(seed, value));
  }

  /// Means over the seeds; the standard error is that of the mean over seeds, or, for a single seed, that of the samples.
  public Map<Key, Map<String, MetricValue>> means() {
    Map<Key, Map<String, MetricValue>> means = new LinkedHashMap<>();
    rows.forEach(
        (key, row) -> {
          Map<String, MetricValue> values = new LinkedHashMap<>();
          row.metrics().forEach((metric, over) -> values.put(metric, mean(over.values())));
          means.put(key, values);
        });
    return means;
  }

  /// The same by the rows' names.
  public Map<String, Map<String, MetricValue>> byName() {
    Map<String, Map<String, MetricValue>> means = new LinkedHashMap<>();
    means().forEach((key, values) -> means.put(key.toString(), values));
    return means;
  }

  private static MetricValue mean(Collection<MetricValue> values) {
    int n = values.size();
    double mean = values.stream().mapToDouble(MetricValue::value).sum() / n;
    double floor = values.stream().mapToDouble(MetricValue::noiseFloor).sum() / n;
    double squares =
        values.stream().mapToDouble(v -> (v.value() - mean) * (v.value() - mean)).sum();
    MetricValue first = values.iterator().next();
    double error =
        n == 1 ? first.standardError() : Math.sqrt(squares / (n - 1) / n);
    return new MetricValue(mean, error, floor, first.samples());
  }

  /// One line a method and metric, with the value of every seed.
  public String csv(List<Long> seeds) {
    StringBuilder text = new StringBuilder("method,metric,mean,standard-error,noise-floor");
    seeds.forEach(seed -> text.append(",seed-").append(seed));
    text.append('\n');
    rows.forEach(
        (key, row) ->
            row.metrics()
                .forEach(
                    (metric, over) -> {
                      MetricValue mean = mean(over.values());
                      List<String> cells = new ArrayList<>(List.of(key.toString(), CsvLines.cell(metric)));
                      cells.add(
                          String.format(
                              Locale.ROOT, "%.6g,%.3g,%.6g", mean.value(), mean.standardError(), mean.noiseFloor()));
                      seeds.forEach(seed -> cells.add(cell(over.get(seed))));
                      text.append(String.join(",", cells)).append('\n');
                    }));
    return text.toString();
  }

  private static String cell(MetricValue value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.6g", value.value());
  }
}
