package io.scorefield.bench;

import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures;
import io.scorefield.plot.Fonts;
import io.scorefield.report.Provenance;
import io.scorefield.report.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Writes the figures of a benchmark: NAME.json and a plot. docs/formats.md describes the file.
public final class BenchReport {
  private BenchReport() {}

  /// Writes folder/name.json, folder/name.png and folder/name.svg.
  ///
  /// @param command how to get the same figures again
  /// @return why there is no picture; empty: there is, or there is nothing to draw
  public static Optional<String> write(
      Path folder, String name, String command, Workload work, Bench.Outcome outcome)
      throws IOException {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("benchmark", name);
    tree.put("command", command);
    tree.put("network", work.architecture().toString());
    tree.put("parameters", work.architecture().parameterCount());
    tree.put("peak-gflops", outcome.peak().isPresent() ? outcome.peak().getAsDouble() * 1e-9 : null);
    List<Map<String, Object>> results = new ArrayList<>();
    for (Bench.Figure figure : outcome.figures()) {
      results.add(result(figure));
    }
    tree.put("results", results);
    tree.put("crossings", Crossing.of(outcome.figures()).stream().map(BenchReport::crossing).toList());
    tree.put("sampler-costs", outcome.costs().stream().map(SamplerCosts.Cost::tree).toList());
    tree.put("not-measured", outcome.left());
    tree.put("provenance", new Provenance().machine());
    tree.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Summary.write(folder.resolve(name + ".json"), tree);
    return draw(folder, name, outcome);
  }

  /// The figures are what counts: a machine without fonts keeps them.
  private static Optional<String> draw(Path folder, String name, Bench.Outcome outcome) throws IOException {
    Optional<String> why = Fonts.unavailable();
    if (why.isEmpty() && !outcome.figures().isEmpty()) {
      plot(name, outcome).write(folder, name);
    }
    return why;
  }

  /// Writes folder/name.json with one figure, for those who cannot wait for the others.
  public static void write(Path folder, String name, String command, Bench.Figure figure) throws IOException {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("command", command);
    tree.putAll(result(figure));
    tree.put("provenance", new Provenance().machine());
    tree.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Summary.write(folder.resolve(name + ".json"), tree);
  }

  private static Map<String, Object> result(Bench.Figure figure) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("engine", figure.engine().name());
    result.put("device", figure.engine().device());
    result.put("threads", figure.engine().threads());
    result.put("arithmetic", figure.engine().arithmetic());
    result.put("work", figure.work());
    result.put("size", figure.size());
    result.put(figure.unit() + "-per-second", figure.perSecond());
    double units = figure.perSecond() * figure.timing().median();
    result.put("slowest", units / figure.timing().most());
    result.put("fastest", units / figure.timing().least());
    result.put("repetitions", figure.timing().seconds().length);
    result.put("seconds", figure.timing().median());
    result.put("device-seconds", number(figure.timing().deviceMedian()));
    result.put("watts", number(figure.watts()));
    result.put("joules-per-million", number(figure.joulesPerMillion()));
    result.put("gflops", figure.flops() * 1e-9);
    result.put("share-of-peak", number(figure.shareOfPeak()));
    return result;
  }

  /// For JSON: null is not known.
  private static Double number(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static Map<String, Object> crossing(Crossing crossing) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("work", crossing.work());
    tree.put("faster", crossing.ahead());
    tree.put("slower", crossing.behind());
    tree.put("from-size", number(crossing.size()));
    return tree;
  }

  /// One panel a work, one line an engine.
  private static Figure plot(String name, Bench.Outcome outcome) {
    Map<String, List<Figures.Curve>> panels = new LinkedHashMap<>();
    for (Bench.Figure figure : outcome.figures()) {
      panels.putIfAbsent(figure.work(), new ArrayList<>());
    }
    panels.forEach(
        (work, curves) -> {
          for (String engine :
              outcome.figures().stream().map(f -> f.engine().name()).distinct().toList()) {
            List<Bench.Figure> points =
                outcome.figures().stream()
                    .filter(f -> f.work().equals(work) && f.engine().name().equals(engine))
                    .toList();
            if (!points.isEmpty()) {
              curves.add(
                  new Figures.Curve(
                      engine,
                      points.stream().mapToDouble(Bench.Figure::size).toArray(),
                      points.stream().mapToDouble(Bench.Figure::itemsPerSecond).toArray()));
            }
          }
        });
    Map<String, List<Figures.Curve>> marks = new LinkedHashMap<>();
    for (Crossing crossing : Crossing.of(outcome.figures())) {
      if (crossing.size().isPresent()) {
        marks
            .computeIfAbsent(crossing.work(), work -> new ArrayList<>())
            .add(
                new Figures.Curve(
                    crossing.ahead() + " from " + crossing.rounded(),
                    new double[] {crossing.size().getAsDouble()}, new double[] {crossing.speed()}));
      }
    }
    return Figures.throughput(name, panels, marks);
  }
}
