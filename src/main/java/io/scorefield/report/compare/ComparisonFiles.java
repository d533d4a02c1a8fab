package io.scorefield.report.compare;

import io.scorefield.eval.Difference;
import io.scorefield.eval.MetricValue;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.CsvLines;
import io.scorefield.plot.DotFigure;
import io.scorefield.plot.Figure;
import io.scorefield.report.Summary;
import io.scorefield.report.compare.Comparison.Cell;
import io.scorefield.report.compare.Comparison.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A comparison as compare.csv, compare.json and compare.png. docs/formats.md describes them.
public record ComparisonFiles(Comparison comparison) {
  private static final String HEADER =
      "method,metric,run,value,standard-error,noise-floor,samples,difference,difference-error,z,degrees-of-freedom,chance,"
          + "significant\n";

  /// Writes all of them.
  public void write(Path folder) throws IOException {
    AtomicFile.writeString(folder.resolve("compare.csv"), csv());
    Summary.write(folder.resolve("compare.json"), tree());
    figure().write(folder, "compare");
  }

  String csv() {
    StringBuilder text = new StringBuilder(HEADER);
    for (Row row : comparison.rows()) {
      for (int run = 0; run < row.cells().size(); run++) {
        Optional<Cell> cell = row.cells().get(run);
        if (cell.isPresent()) {
          String name = CsvLines.cell(comparison.runs().get(run).name());
          text.append(CsvLines.cell(row.method())).append(',').append(CsvLines.cell(row.metric())).append(',').append(name);
          numbers(cell.get()).forEach((key, value) -> text.append(',').append(value == null ? "" : value));
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  /// What is said of a run's metric; null where there is nothing.
  private Map<String, Object> numbers(Cell cell) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    MetricValue value = cell.value();
    numbers.put("value", value.value());
    numbers.put("standard-error", known(value.standardError()));
    numbers.put("noise-floor", known(value.noiseFloor()));
    numbers.put("samples", value.samples());
    Optional<Difference> difference = cell.difference();
    numbers.put("difference", difference.map(Difference::value).orElse(null));
    Optional<Difference> tested = difference.filter(Difference::testable);
    numbers.put("difference-error", tested.map(Difference::standardError).orElse(null));
    numbers.put("z", tested.map(Difference::z).orElse(null));
    numbers.put("degrees-of-freedom", tested.map(Difference::freedom).orElse(null));
    numbers.put("chance", tested.map(Difference::chance).orElse(null));
    numbers.put("significant", tested.map(comparison::significant).orElse(null));
    return numbers;
  }

  private static Object known(double number) {
    return Double.isNaN(number) ? null : number;
  }

  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    List<Object> runs = new ArrayList<>();
    for (ComparedRun run : comparison.runs()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", run.name());
      one.put("folder", run.folder().toAbsolutePath().normalize().toString());
      one.put("experiment", run.experiment());
      one.put("seeds", run.seeds());
      runs.add(one);
    }
    tree.put("runs", runs);
    tree.put("level", comparison.level());
    tree.put("tests", comparison.tests());
    tree.put("threshold", comparison.threshold());
    tree.put("notes", comparison.notes());
    Map<String, Map<String, Map<String, Object>>> methods = new LinkedHashMap<>();
    for (Row row : comparison.rows()) {
      Map<String, Object> cells = new LinkedHashMap<>();
      for (int run = 0; run < row.cells().size(); run++) {
        String name = comparison.runs().get(run).name();
        row.cells().get(run).ifPresent(cell -> cells.put(name, numbers(cell)));
      }
      methods.computeIfAbsent(row.method(), m -> new LinkedHashMap<>()).put(row.metric(), cells);
    }
    tree.put("metrics", methods);
    return tree;
  }

  /// Every metric a panel: the runs' values with two standard errors, method by method.
  Figure figure() {
    Map<String, List<DotFigure.Group>> panels = new LinkedHashMap<>();
    for (Row row : comparison.rows()) {
      List<DotFigure.Dot> dots = new ArrayList<>();
      for (Optional<Cell> cell : row.cells()) {
        MetricValue value = cell.map(Cell::value).orElse(new MetricValue(Double.NaN, Double.NaN, Double.NaN, 0));
        dots.add(new DotFigure.Dot(value.value(), value.standardError(), value.noiseFloor()));
      }
      panels.computeIfAbsent(row.metric(), m -> new ArrayList<>()).add(new DotFigure.Group(row.method(), dots));
    }
    return new DotFigure(
        comparison.runs().stream().map(ComparedRun::name).toList(),
        panels.entrySet().stream().map(panel -> new DotFigure.Panel(panel.getKey(), panel.getValue())).toList());
  }
}
