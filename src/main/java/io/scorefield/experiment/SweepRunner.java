package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunConfig;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import io.scorefield.plot.Figure;
import io.scorefield.report.Provenance;
import io.scorefield.report.Report;
import io.scorefield.report.Summary;
import io.scorefield.report.SweepTable;
import io.scorefield.report.TradeoffPlot;
import io.scorefield.report.board.TensorBoard;
import io.scorefield.train.DivergenceException;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/// An experiment with variants or several seeds: each in a folder of its own, and one table of means.
public final class SweepRunner {
  private final ExperimentSource source;
  private final ExperimentConfig config;
  private final Engine engine;
  private final RunFolder folder;
  private final Reporter reporter;
  private final Failures failures;
  private final SweepTable table = new SweepTable();
  private boolean grid;
  private Optional<Path> boards = Optional.empty();
  private Onlooker onlooker = new Onlooker() {};
  private Optional<Map<String, String>> elsewhere = Optional.empty();

  /// One experiment with one seed.
  ///
  /// @param place its folder in that of the sweep
  /// @param name for people
  public record Single(String place, String name, ExperimentConfig config) {
    /// Whether it has been made in a sweep's folder.
    public boolean isFinished(RunFolder sweep) throws IOException {
      return Summary.isFinished(folder(sweep), config);
    }

    private RunFolder folder(RunFolder sweep) {
      return new RunFolder(sweep.root().resolve(place));
    }

    /// Makes it, or goes on with it where it was begun.
    ///
    /// @return the metrics by method
    public Map<String, Map<String, MetricValue>> make(RunFolder sweep, Engine engine, Reporter reporter) throws IOException {
      return make(sweep, engine, reporter, true, Optional.empty(), new Onlooker() {}, _ -> {});
    }

    private Map<String, Map<String, MetricValue>> make(
        RunFolder sweep, Engine engine, Reporter reporter, boolean resume, Optional<Path> boards, Onlooker onlooker,
        Consumer<Failures> failed)
        throws IOException {
      RunFolder inner = folder(sweep);
      try (RunLock _ = RunLock.of(inner, true);
          TensorBoard board = boards.isPresent() ? TensorBoard.in(boards.get().resolve(place)) : null) {
        ExperimentRunner runner =
            new ExperimentRunner(name, config, engine, inner, reporter).on(Optional.ofNullable(board)).seenBy(onlooker);
        boolean begun = Files.exists(inner.checkpoint()) || Files.exists(inner.autoencoder());
        Map<String, Map<String, MetricValue>> metrics = runner.run(resume && begun);
        failed.accept(runner.failures());
        return metrics;
      }
    }
  }

  public SweepRunner(
      ExperimentSource source, Engine engine, RunFolder folder, Reporter reporter) {
    this.source = source;
    this.config = source.bind();
    this.engine = engine;
    this.folder = folder;
    this.reporter = reporter;
    this.failures = new Failures(reporter);
  }

  /// Its variants are the combinations of a grid: one that cannot be run fails alone, and the same command goes on with
  /// what has been stopped.
  public SweepRunner ofGrid() {
    grid = true;
    return this;
  }

  /// Shows every run there too, in a folder of its own.
  public SweepRunner on(Optional<Path> folder) {
    boards = folder;
    return this;
  }

  /// Every run is looked at while it goes on.
  public SweepRunner seenBy(Onlooker other) {
    onlooker = other;
    return this;
  }

  /// The runs that it is made of; a combination that cannot be run is left out.
  public List<Single> singles() throws IOException {
    List<Single> singles = new ArrayList<>();
    checked().forEach((variant, seeds) -> seeds.forEach(config -> singles.add(single(variant, config))));
    return singles;
  }

  /// Its runs have been made elsewhere, in folders of this sweep: they are put together, and none is made here.
  ///
  /// @param failed what became of those that have not finished, by place
  public SweepRunner madeElsewhere(Map<String, String> failed) {
    elsewhere = Optional.of(failed);
    return this;
  }

  private Single single(String variant, ExperimentConfig config) {
    String name = source.name() + (variant.isEmpty() ? "" : " " + variant) + ", seed " + config.seed();
    return new Single(place(variant, config), name, config);
  }

  /// The metrics of all runs, when these have been made.
  public SweepTable table() {
    return table;
  }

  /// The runs that failed, and the methods of runs; the others went on without them.
  public Failures failures() {
    return failures;
  }

  /// Whether the experiment needs more than one run.
  public static boolean isSweep(ExperimentConfig config) {
    return config.repeats() > 1 || !config.variants().isEmpty();
  }

  /// Runs everything and writes summary.json, table.csv, plots and report.html.
  ///
  /// @param resume runs that have finished are not made again
  public Map<String, Map<String, MetricValue>> run(boolean resume) throws IOException {
    Map<String, List<ExperimentConfig>> runs = checked();
    folder.create();
    RunConfig.write(folder, config, grid ? earlierGrid() : List.of(), reporter);
    for (Map.Entry<String, List<ExperimentConfig>> variant : runs.entrySet()) {
      for (ExperimentConfig single : variant.getValue()) {
        try {
          boolean onlyPlain = single.guidance().isEmpty();
          single(variant.getKey(), single, resume)
              .forEach(
                  (method, values) -> table.add(key(variant.getKey(), method, onlyPlain), single.seed(), values));
        } catch (EngineException | DivergenceException | ConfigException | FormatException e) {
          if (e instanceof FormatException && !grid) {
            throw e;
          }
          String name = place(variant.getKey(), single);
          failures.add(name, "'" + name + "'", e);
        }
      }
    }
    write();
    return table.byName();
  }

  /// The runs by variant. All of them are bound first: a mistake in the last variant should not cost a night.
  private Map<String, List<ExperimentConfig>> checked() throws IOException {
    Map<String, List<ExperimentConfig>> runs = new LinkedHashMap<>();
    if (config.variants().isEmpty()) {
      runs.put("", checked(source));
    }
    for (ExperimentConfig.Variant variant : config.variants()) {
      try {
        runs.put(variant.name(), checked(source.with(variant)));
      } catch (ConfigException | IOException e) {
        if (!grid || config.variants().size() == 1) {
          throw e;
        }
        failures.add(variant.name(), "'" + variant.name() + "'", e);
      }
    }
    if (runs.isEmpty()) {
      throw new ConfigException(
          "no combination can be run; the first: " + failures.messages().values().iterator().next());
    }
    return runs;
  }

  /// The configuration of this folder where it differs in the combinations only: nobody has edited it, the grid has grown.
  private List<ExperimentConfig> earlierGrid() throws IOException {
    if (!Files.isRegularFile(folder.config())) {
      return List.of();
    }
    try {
      ExperimentSource stored =
          ExperimentSource.written("config", folder.config().toString(), Files.readString(folder.config()));
      boolean same =
          stored.with("variants", "[]", "grid").bind().equals(source.with("variants", "[]", "grid").bind());
      return same ? List.of(stored.bind()) : List.of();
    } catch (ConfigException | CharacterCodingException e) {
      return List.of();
    }
  }

  private List<ExperimentConfig> checked(ExperimentSource variant) throws IOException {
    List<ExperimentConfig> seeds = seeds(variant);
    Inputs.check(variant);
    return seeds;
  }

  private List<ExperimentConfig> seeds(ExperimentSource variant) {
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
    Single one = single(variant, single);
    RunFolder inner = one.folder(folder);
    if (resume && one.isFinished(folder)) {
      reporter.line(one.name() + ": done before");
      failures.addAll(one.place() + "/", Summary.readFailed(inner.summary()));
      return Summary.readMetrics(inner.summary());
    }
    if (elsewhere.isPresent()) {
      throw new ConfigException(elsewhere.get().getOrDefault(one.place(), "was not run"));
    }
    reporter.line(one.name());
    try {
      return one.make(
          folder, engine, reporter, resume, boards, onlooker, failed -> failures.addAll(one.place() + "/", failed.messages()));
    } catch (CancellationException e) {
      throw new StoppedException(
          "stopped in " + inner.root() + "; go on with "
              + (grid ? "the same command and --out " : "--resume --out ") + folder.root());
    }
  }

  /// The folder of a run in that of the sweep.
  private static String place(String variant, ExperimentConfig single) {
    return (variant.isEmpty() ? "" : variant + "/") + "seed-" + single.seed();
  }

  private static SweepTable.Key key(String variant, String method, boolean onlyPlain) {
    boolean alone = !variant.isEmpty() && onlyPlain && method.equals(RunFolder.PLAIN);
    return new SweepTable.Key(variant, alone ? "" : method);
  }

  private void write() throws IOException {
    Map<String, Map<String, MetricValue>> means = table.byName();
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("experiment", source.name());
    summary.put("seeds", config.repeats());
    Map<String, Object> metrics = new LinkedHashMap<>();
    means.forEach((name, values) -> metrics.put(name, Summary.metricsTree(values)));
    summary.put("metrics", metrics);
    summary.put("config", ConfigWriter.tree(config));
    summary.put("provenance", new Provenance().tree(engine.info()));
    folder.discardResults();
    Summary.write(folder.summary(), Summary.withFailed(summary, failures.messages()));
    List<Long> seeds =
        LongStream.range(0, config.repeats()).map(i -> config.seed() + i).boxed().toList();
    AtomicFile.writeString(folder.table(), table.csv(seeds));
    Optional<Figure> tradeoff = new TradeoffPlot(config).figure(table.means());
    if (tradeoff.isPresent()) {
      tradeoff.get().write(folder.plots(), "tradeoff");
    }
    Report.write(
        folder,
        source.name(),
        config.description(),
        means,
        failures.messages(),
        List.of(),
        config.repeats() == 1
            ? "One seed; the errors are those of the samples."
            : "Means over " + config.repeats() + " seeds with the standard error of the mean over "
                + "seeds.",
        ConfigWriter.yaml(config),
        new Provenance().tree(engine.info()));
  }
}
