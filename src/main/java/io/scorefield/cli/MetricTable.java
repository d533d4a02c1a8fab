package io.scorefield.cli;

import io.scorefield.eval.MetricValue;
import io.scorefield.io.Rounded;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Prints metrics as text: one line a method and metric.
final class MetricTable {
  private MetricTable() {}

  static void print(Map<String, Map<String, MetricValue>> metrics, PrintWriter out) {
    List<String> methods =
        metrics.keySet().stream().filter(method -> !metrics.get(method).isEmpty()).toList();
    if (methods.isEmpty()) {
      return;
    }
    int width = Math.max(6, methods.stream().mapToInt(String::length).max().orElse(0));
    String format = "%-" + width + "s  %-26s %12s %12s %12s%n";
    out.printf(Locale.ROOT, format, "method", "metric", "value", "std. error", "noise floor");
    for (String method : methods) {
      metrics
          .get(method)
          .forEach(
              (name, value) ->
                  out.printf(
                      Locale.ROOT, format, Plain.text(method), Plain.text(name), Rounded.value(value.value()),
                      Rounded.error(value.standardError()), Rounded.number(value.noiseFloor())));
    }
  }
}
