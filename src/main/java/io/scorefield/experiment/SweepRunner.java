package io.scorefield.experiment;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.eval.Evaluator;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.config.ConfigException;
import io.scorefield.experiment.config.ConfigSource;
import io.scorefield.experiment.config.ConfigWriter;
import io.scorefield.experiment.config.ExperimentConfig;
import io.scorefield.experiment.config.GuidanceConfig;
import io.scorefield.io.AtomicFile;
import io.scorefield.plot.Figures;
import io.scorefield.train.DivergenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/// An experiment with variants or several seeds: each in a folder of its own, and one table of means.
public final class SweepRunner {
  private final ConfigSource source;
  private final ExperimentConfig config;
  private final Engine engine;
  private final RunFolder folder;
  private final Reporter reporter;
  private final Failures failures;

  public SweepRunner(
      ConfigSource source, Engine engine, RunFolder folder, Reporter reporter) {
    this.source = source;
    this.config = source.bind();
    this.engine = engine;
    this.folder = folder;
    this.reporter = reporter;
    this.failures = new Failures(reporter);
  }

  /// The runs that failed, and the methods of runs; the others went on without them.
  public Failures failures() {
    return failures;
  }

  /// Whether the experiment needs more than one run.
  public static boolean isSweep(ExperimentConfig config) {
    return config.repeats() > 1 || !config.variants().isEmpty();
  }

  /// A row of the table.
  ///
  /// @param metrics by name and seed
  private record Row(String name, Map<String, SortedMap<Long, MetricValue>> metrics) {}

  /// Runs everything and writes summary.json, table.csv, plots and report.html.
  ///
  /// @param resume runs that have finished are not made again
  public Map<String, Map<String, MetricValue>> run(boolean resume) throws IOException {
    Map<String, ConfigSource> variants = new LinkedHashMap<>();
    if (config.variants().isEmpty()) {
      variants.put("", source);
    }
    for (ExperimentConfig.Variant variant : config.variants()) {
      variants.put(variant.name(), source.with(variant));
    }
    // Bind all of them first: a mistake in the last variant should not cost a night.
    Map<String, List<ExperimentConfig>> runs = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigSource> variant : variants.entrySet()) {
      runs.put(variant.getKey(), seeds(variant.getValue()));
      Inputs.check(variant.getValue());
    }
    folder.create();
    RunConfig.write(folder, config, List.of(), reporter);
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Map.Entry<String, List<ExperimentConfig>> variant : runs.entrySet()) {
      for (ExperimentConfig single : variant.getValue()) {
        try {
          boolean onlyPlain = single.guidance().isEmpty();
          collect(
              rows, variant.getKey(), onlyPlain, single.seed(), single(variant.getKey(), single, resume));
        } catch (EngineException | DivergenceException | ConfigException e) {
          String name = place(variant.getKey(), single);
          failures.add(name, "'" + name + "'", e);
        }
      }
    }
    Map<String, Map<String, MetricValue>> means = means(rows);
    write(rows, means);
    return means;
  }

  private List<ExperimentConfig> seeds(ConfigSource variant) {
    ExperimentConfig first = variant.bind();
    List<ExperimentConfig> seeds = new ArrayList<>();
    for (int i = 0; i < first.repeats(); i++) {
      seeds.add(
          variant
              .with("seed", Long.toString(first.seed() + i), "repeats")
              .with("repeats", "1", "repeats")
              .with("variants", "[]", "repeats")
              .bind());
    }
    return seeds;
  }

  private Map<String, Map<String, MetricValue>> single(
      String variant, ExperimentConfig single, boolean resume) throws IOException {
    RunFolder inner = new RunFolder(folder.root().resolve(place(variant, single)));
    String name = source.name() + (variant.isEmpty() ? "" : " " + variant) + ", seed " + single.seed();
    if (resume && Summary.isFinished(inner, single)) {
      reporter.line(name + ": done before");
      failures.addAll(place(variant, single) + "/", Summary.readFailed(inner.summary()));
      return Summary.readMetrics(inner.summary());
    }
    reporter.line(name);
    ExperimentRunner runner =
        new ExperimentRunner(name, single, engine, inner, reporter);
    try (RunLock _ = RunLock.of(inner, true)) {
      Map<String, Map<String, MetricValue>> metrics = runner.run(resume && Files.exists(inner.checkpoint()));
      failures.addAll(place(variant, single) + "/", runner.failures().messages());
      return metrics;
    } catch (CancellationException e) {
      throw new StoppedException(
          "stopped in " + inner.root() + "; go on with --resume --out " + folder.root());
    }
  }

  /// The folder of a run in that of the sweep.
  private static String place(String variant, ExperimentConfig single) {
    return (variant.isEmpty() ? "" : variant + "/") + "seed-" + single.seed();
  }

  private void collect(
      Map<String, Row> rows, String variant, boolean onlyPlain, long seed,
      Map<String, Map<String, MetricValue>> metrics) {
    metrics.forEach(
        (method, values) -> {
          String name =
              variant.isEmpty()
                  ? method
                  : onlyPlain && method.equals(RunFolder.PLAIN) ? variant : variant + "/" + method;
          Row row = rows.computeIfAbsent(name, n -> new Row(n, new LinkedHashMap<>()));
          values.forEach(
              (metric, value) ->
                  row.metrics().computeIfAbsent(metric, m -> new TreeMap<>()).put(seed, value));
        });
  }

  /// Means over the seeds; the standard error is that of the mean over seeds, or, for a single seed,
  /// that of the samples.
  private static Map<String, Map<String, MetricValue>> means(Map<String, Row> rows) {
    Map<String, Map<String, MetricValue>> means = new LinkedHashMap<>();
    rows.forEach(
        (name, row) -> {
          Map<String, MetricValue> values = new LinkedHashMap<>();
          row.metrics().forEach((metric, over) -> values.put(metric, mean(over.values())));
          means.put(name, values);
        });
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

  private void write(Map<String, Row> rows, Map<String, Map<String, MetricValue>> means)
      throws IOException {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("experiment", source.name());
    summary.put("seeds", config.repeats());
    Map<String, Object> metrics = new LinkedHashMap<>();
    means.forEach((name, values) -> metrics.put(name, Summary.metricsTree(values)));
    summary.put("metrics", metrics);
    summary.put("config", ConfigWriter.tree(config));
    summary.put("provenance", new Provenance().tree(engine.info()));
    Summary.write(folder.summary(), Summary.withFailed(summary, failures.messages()));
    writeTable(rows);
    writeTradeoff(means);
    Report.write(
        folder,
        source.name(),
        config.description(),
        means,
        failures.messages(),
        config.repeats() == 1
            ? "One seed; the errors are those of the samples."
            : "Means over " + config.repeats() + " seeds with the standard error of the mean over "
                + "seeds.",
        ConfigWriter.yaml(config),
        new Provenance().tree(engine.info()));
  }

  /// table.csv: one line a method and metric, with the value of every seed.
  private void writeTable(Map<String, Row> rows) throws IOException {
    StringBuilder text = new StringBuilder("method,metric,mean,standard-error,noise-floor");
    for (int i = 0; i < config.repeats(); i++) {
      text.append(",seed-").append(config.seed() + i);
    }
    text.append('\n');
    for (Row row : rows.values()) {
      row.metrics()
          .forEach(
              (metric, over) -> {
                MetricValue mean = mean(over.values());
                text.append(
                    String.format(
                        Locale.ROOT, "%s,%s,%.6g,%.3g,%.6g", row.name(), quoted(metric), mean.value(),
                        mean.standardError(), mean.noiseFloor()));
                for (int i = 0; i < config.repeats(); i++) {
                  MetricValue own = over.get(config.seed() + i);
                  text.append(',').append(own == null ? "" : String.format(Locale.ROOT, "%.6g", own.value()));
                }
                text.append('\n');
              });
    }
    AtomicFile.writeString(folder.table(), text.toString());
  }

  /// A cell of a CSV file.
  private static String quoted(String text) {
    return text.matches("[^,\"\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /// Residual against distance from the truth (the angles' where they are uniform), one point a row of the table.
  private void writeTradeoff(Map<String, Map<String, MetricValue>> means) throws IOException {
    boolean angular = means.values().stream().anyMatch(values -> values.containsKey(Evaluator.KUIPER));
    String distance = angular ? Evaluator.KUIPER : Evaluator.SLICED_WASSERSTEIN_2;
    List<Figures.Tradeoff> points = new ArrayList<>();
    double floor = Double.NaN;
    for (Map.Entry<String, Map<String, MetricValue>> row : means.entrySet()) {
      MetricValue residual = row.getValue().get(Evaluator.PHYSICAL_LOSS);
      MetricValue other = row.getValue().get(distance);
      if (residual != null && other != null && Double.isFinite(residual.value())
          && Double.isFinite(other.value())) {
        points.add(point(row.getKey(), residual.value(), other.value()));
        // Variants may differ in their data or number of samples: the smallest of their floors.
        floor =
            Double.isNaN(floor) || other.noiseFloor() < floor ? other.noiseFloor() : floor;
      }
    }
    if (points.size() > 1) {
      Figures.tradeoff(
              points,
              angular
                  ? "Kuiper statistic of the angles (0: uniform)"
                  : "sliced Wasserstein distance to the truth",
              floor)
          .write(folder.plots(), "tradeoff");
    }
  }

  /// Rows that are joined by a line: the strengths of one method, the methods of one variant, or variants that
  /// differ in one number.
  private Figures.Tradeoff point(String row, double residual, double distance) {
    for (GuidanceConfig method : config.guidance()) {
      if (method.name().equals(row)) {
        return new Figures.Tradeoff(family(method), row, residual, distance);
      }
    }
    int method = row.indexOf('/');
    if (method >= 0) {
      return new Figures.Tradeoff(
          row.substring(0, method), row.substring(method + 1), residual, distance);
    }
    for (ExperimentConfig.Variant variant : config.variants()) {
      if (variant.name().equals(row)) {
        Set<String> keys =
            config.variants().stream()
                .map(other -> varied(variant, other))
                .filter(key -> !key.isEmpty())
                .collect(Collectors.toSet());
        if (keys.size() == 1) {
          String key = keys.iterator().next();
          String last = key.substring(key.lastIndexOf('.') + 1);
          return new Figures.Tradeoff(
              familyName(variant, key), last + " = " + variant.set().get(key), residual, distance);
        }
      }
    }
    return new Figures.Tradeoff(row, row, residual, distance);
  }

  /// What the names of the variants that differ in a key only have in common, me for me-1e-4 and me-1e-3; where that is
  /// nothing, the key and what else they set.
  private String familyName(ExperimentConfig.Variant variant, String key) {
    List<String> names =
        config.variants().stream()
            .filter(other -> other == variant || varied(variant, other).equals(key))
            .map(ExperimentConfig.Variant::name)
            .toList();
    String stem = names.getFirst().replaceFirst("-[0-9][0-9.e+-]*$", "");
    boolean theirs =
        names.stream().allMatch(name -> name.replaceFirst("-[0-9][0-9.e+-]*$", "").equals(stem));
    boolean alone =
        config.variants().stream()
            .noneMatch(
                other ->
                    !names.contains(other.name())
                        && other.name().replaceFirst("-[0-9][0-9.e+-]*$", "").equals(stem));
    if (theirs && alone) {
      return stem;
    }
    return variant.set().entrySet().stream()
        .map(setting -> setting.getKey().equals(key) ? key : setting.getKey() + " " + setting.getValue())
        .collect(Collectors.joining(", "));
  }

  /// The key of the one number that two variants differ in; empty where they differ in anything else, or nothing.
  private static String varied(ExperimentConfig.Variant one, ExperimentConfig.Variant other) {
    if (!one.set().keySet().equals(other.set().keySet())) {
      return "";
    }
    List<String> different =
        one.set().keySet().stream()
            .filter(key -> !one.set().get(key).equals(other.set().get(key)))
            .toList();
    return different.size() == 1 && isNumber(one.set().get(different.getFirst()))
            && isNumber(other.set().get(different.getFirst()))
        ? different.getFirst()
        : "";
  }

  private static boolean isNumber(String text) {
    return text.matches("[+-]?[0-9.]+([eE][+-]?[0-9]+)?");
  }

  private static String family(GuidanceConfig method) {
    return switch (method) {
      case GuidanceConfig.Literal literal ->
          switch (literal.at()) {
            case CORRECTED -> "literal, at the corrected state";
            case BEFORE -> "literal, at the state before";
          };
      case GuidanceConfig.Likelihood likelihood -> "likelihood";
      case GuidanceConfig.Dps dps -> "dps";
      case GuidanceConfig.Posterior posterior -> "posterior";
      case GuidanceConfig.Projection projection ->
          projection.finalOnly() ? "projection, final only" : "projection, each step";
    };
  }
}
