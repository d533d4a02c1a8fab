package io.scorefield.report.compare;

import io.scorefield.eval.Difference;
import io.scorefield.eval.ErrorFreedom;
import io.scorefield.eval.MetricValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The metrics of runs side by side, each against the first run.
///
/// A difference is significant where its chance by Welch's test is below `level` over the number of differences tested:
/// Bonferroni's correction. So the chance that any of them is called significant while there is no difference at all is
/// at most `level`.
///
/// @param level such as 0.01
/// @param rows in the order of methods and metrics; each has a cell a run
public record Comparison(List<ComparedRun> runs, double level, List<Row> rows) {
  /// @param cells one a run, empty where the run does not have the metric
  public record Row(String method, String metric, List<Optional<Cell>> cells) {}

  /// @param difference to the first run; empty for that one, and where that one does not have the metric
  public record Cell(MetricValue value, Optional<Difference> difference) {}

  /// @param runs at least two
  public static Comparison of(List<ComparedRun> runs, double level) {
    Set<String> methods = new LinkedHashSet<>();
    runs.forEach(run -> methods.addAll(run.metrics().keySet()));
    List<Row> rows = new ArrayList<>();
    for (String method : methods) {
      Set<String> metrics = new LinkedHashSet<>();
      runs.forEach(run -> metrics.addAll(run.metrics().getOrDefault(method, Map.of()).keySet()));
      for (String metric : metrics) {
        rows.add(new Row(method, metric, cells(runs, method, metric)));
      }
    }
    return new Comparison(runs, level, rows);
  }

  private static List<Optional<Cell>> cells(List<ComparedRun> runs, String method, String metric) {
    ComparedRun first = runs.getFirst();
    Optional<MetricValue> base = value(first, method, metric);
    List<Optional<Cell>> cells = new ArrayList<>();
    for (ComparedRun run : runs) {
      cells.add(
          value(run, method, metric)
              .map(
                  value ->
                      new Cell(
                          value,
                          base.filter(known -> run != first)
                              .map(
                                  known ->
                                      Difference.of(
                                          known, ErrorFreedom.of(metric, known, first.seeds()), value,
                                          ErrorFreedom.of(metric, value, run.seeds()))))));
    }
    return cells;
  }

  private static Optional<MetricValue> value(ComparedRun run, String method, String metric) {
    return Optional.ofNullable(run.metrics().getOrDefault(method, Map.of()).get(metric));
  }

  /// How many differences are tested: those that have a standard error.
  public int tests() {
    return (int)
        rows.stream()
            .flatMap(row -> row.cells().stream())
            .flatMap(Optional::stream)
            .flatMap(cell -> cell.difference().stream())
            .filter(Difference::testable)
            .count();
  }

  /// The chance below which a single difference is significant.
  public double threshold() {
    return level / Math.max(1, tests());
  }

  public boolean significant(Difference difference) {
    return difference.testable() && difference.chance() < threshold();
  }

  /// Lines on what the runs do not have in common, and on what failed in them.
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    List<String> experiments = runs.stream().map(ComparedRun::experiment).distinct().toList();
    if (experiments.size() > 1) {
      notes.add("the runs are of different experiments: " + String.join(", ", experiments));
    }
    List<String> against = runs.stream().map(ComparedRun::against).filter(text -> !text.isEmpty()).distinct().toList();
    if (against.size() > 1) {
      notes.add("the runs were measured against different truths: " + String.join("; ", against));
    }
    for (int i = 0; i < runs.size(); i++) {
      int run = i;
      List<String> missing =
          rows.stream()
              .filter(row -> row.cells().get(run).isEmpty())
              .map(row -> row.method() + " " + row.metric())
              .toList();
      if (!missing.isEmpty()) {
        int shown = Math.min(4, missing.size());
        notes.add(
            runs.get(i).name() + " does not have " + missing.size() + " of " + rows.size() + " metrics: "
                + String.join(", ", missing.subList(0, shown)) + (shown < missing.size() ? ", ..." : ""));
      }
      runs.get(i).failed().forEach((what, why) -> notes.add("in " + runs.get(run).name() + " failed " + what + ": " + why));
    }
    return notes;
  }
}
