package io.scorefield.report.compare;

import io.scorefield.eval.Difference;
import io.scorefield.eval.MetricValue;
import io.scorefield.io.Rounded;
import io.scorefield.report.compare.Comparison.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A comparison as text: a line a metric and run.
public record ComparisonLines(Comparison comparison) {
  /// The table, then how significance is meant.
  public List<String> lines() {
    List<String> names = comparison.runs().stream().map(ComparedRun::name).toList();
    int methods = width("method", comparison.rows().stream().map(Row::method));
    int metrics = width("metric", comparison.rows().stream().map(Row::metric));
    String format =
        "%-" + methods + "s  %-" + metrics + "s  %-" + width("run", names.stream())
            + "s %11s %10s %11s %11s %10s %7s %s";
    List<String> lines = new ArrayList<>();
    lines.add(
        line(format, "method", "metric", "run", "value", "std. error", "noise floor", "difference", "std. error", "z", ""));
    String method = "";
    for (Row row : comparison.rows()) {
      boolean first = true;
      for (int run = 0; run < names.size(); run++) {
        // What a run does not have is said in the notes.
        if (row.cells().get(run).isPresent()) {
          Comparison.Cell cell = row.cells().get(run).get();
          MetricValue value = cell.value();
          lines.add(
              line(
                  format, first && !row.method().equals(method) ? row.method() : "", first ? row.metric() : "",
                  names.get(run), Rounded.value(value.value()), Rounded.error(value.standardError()),
                  Rounded.number(value.noiseFloor()), cell.difference().map(d -> signed(d.value())).orElse(""),
                  cell.difference().map(d -> d.testable() ? Rounded.error(d.standardError()) : "-").orElse(""),
                  cell.difference().map(ComparisonLines::z).orElse(""),
                  cell.difference().filter(comparison::significant).map(d -> "significant").orElse("")));
          first = false;
        }
      }
      method = row.method();
    }
    lines.add("");
    lines.addAll(legend());
    return lines;
  }

  private List<String> legend() {
    int tests = comparison.tests();
    if (tests == 0) {
      return List.of("No difference has a standard error, so none is tested.");
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "Differences are to %s. Significant: a chance below %s / %d (Welch's test, Bonferroni's correction for %s);",
            comparison.runs().getFirst().name(), BigDecimal.valueOf(comparison.level()).toPlainString(), tests,
            tests == 1 ? "the one difference tested" : "the " + tests + " differences tested"),
        String.format(
            Locale.ROOT, "that is |z| above %.2f where errors are known well, and more where they are of few seeds or groups.",
            Difference.quantile(comparison.threshold())));
  }

  private static String signed(double value) {
    return (value > 0 ? "+" : "") + Rounded.value(value);
  }

  private static String z(Difference difference) {
    if (!difference.testable()) {
      return "-";
    }
    double z = difference.z();
    return Math.abs(z) < 1000 ? String.format(Locale.ROOT, "%+.1f", z) : String.format(Locale.ROOT, "%+.0e", z);
  }

  private static int width(String title, Stream<String> texts) {
    return Math.max(title.length(), texts.mapToInt(String::length).max().orElse(0));
  }

  private static String line(String format, Object... cells) {
    return String.format(Locale.ROOT, format, cells).stripTrailing();
  }
}
