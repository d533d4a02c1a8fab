package io.scorefield.experiment;

import io.scorefield.config.ConfigWriter;
import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.EngineInfo;
import io.scorefield.eval.CrystalLosses;
import io.scorefield.eval.MetricValue;
import io.scorefield.eval.NoiseLevels;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.Origin;
import io.scorefield.experiment.settings.CrystalsConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.GuidanceConfig;
import io.scorefield.io.FormatException;
import io.scorefield.matter.ParticleSystem;
import io.scorefield.plot.Fonts;
import io.scorefield.report.LevelHistory;
import io.scorefield.report.PosteriorPlots;
import io.scorefield.report.Provenance;
import io.scorefield.report.Report;
import io.scorefield.report.RunPlots;
import io.scorefield.report.Summary;
import io.scorefield.report.ThermodynamicTable;
import io.scorefield.report.board.TensorBoard;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/// One experiment with one seed: train, sample, evaluate, plot, report. The main path of the program.
public final class ExperimentRunner {
  /// Not the name of a method.
  private static final String TRAINING = "(training)";

  /// What names of methods begin with whose samples are those of an inverse problem.
  private static final String POSTERIOR = "posterior ";

  private final Run run;
  private final ExperimentConfig config;
  private final RunFolder folder;
  private final Reporter reporter;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final Failures failures;
  private Optional<Origin> origin = Optional.empty();
  private Optional<TensorBoard> board = Optional.empty();
  private Onlooker onlooker = new Onlooker() {};

  public ExperimentRunner(
      String name, ExperimentConfig config, Engine engine, RunFolder folder, Reporter reporter) {
    run = new Run(name, config, engine, folder, reporter);
    this.config = config;
    this.folder = folder;
    this.reporter = reporter;
    failures = new Failures(reporter);
  }

  /// Starts a new training from the weights of another run.
  public ExperimentRunner from(Optional<Origin> other) {
    origin = other;
    return this;
  }

  /// Shows losses, metrics and pictures there too.
  public ExperimentRunner on(Optional<TensorBoard> other) {
    board = other;
    return this;
  }

  /// Is looked at while it goes on.
  public ExperimentRunner seenBy(Onlooker other) {
    onlooker = other;
    return this;
  }

  /// The methods that failed; the others went on without them.
  public Failures failures() {
    return failures;
  }

  /// Does everything.
  ///
  /// @param resume go on from the folder's checkpoint
  /// @return the metrics by method
  public Map<String, Map<String, MetricValue>> run(boolean resume) throws IOException {
    Requests.check(config, run.engine().info().name(), folder);
    try {
      train(resume);
      sample();
      stopIfAsked();
      Map<String, Map<String, MetricValue>> metrics = evaluate();
      onlooker.measured(metrics);
      stopIfAsked();
      plot();
      if (board.isPresent()) {
        board.get().add(run.trained().steps(), metrics);
        for (String method : sampling().methods().keySet()) {
          if (!allFailed().containsKey(method)) {
            board.get().addSamples(
                run.trained().steps(), method, run.trained().model().variables().elements(), run.samples(method));
          }
        }
        board.get().addPictures(run.trained().steps(), folder.plots());
      }
      return metrics;
    } catch (CancellationException e) {
      throw e instanceof StoppedException
          ? e
          : new StoppedException("stopped; go on with --resume --out " + folder.root());
    }
  }

  /// Trains and writes config.yaml, checkpoint.safetensors, metrics.csv and levels.csv.
  public void train(boolean resume) throws IOException {
    Inputs inputs = Inputs.of(config, run.all(), scaling(resume));
    Model model = inputs.model();
    DataSet data = model.training(inputs.data());
    folder.create();
    reporter.line(
        data.size() + " points of '" + data.name() + "', " + model.architecture() + ", "
            + model.architecture().parameterCount() + " parameters, seed " + config.seed());
    inputs.lines(run.engine().info().name()).forEach(reporter::line);
    if (model.givenScaling() && !Origin.warning(model, data).isEmpty()) {
      reporter.line(Origin.warning(model, data));
    }
    LawTrial.of(model, data, reporter);
    long start = System.nanoTime();
    if (model.latent().isPresent()) {
      model = new AutoencoderStage(run.engine(), model, inputs.data(), folder, reporter).run(resume);
    }
    model = new CompositionStage(run.engine(), model, inputs.data(), folder, reporter).run(resume);
    onlooker.begins(new Onlooker.Work(run.name(), run.engine(), model, data), config.train().totalSteps(data.size()));
    TrainStage stage =
        new TrainStage(run.engine(), model, inputs.data(), folder, reporter).on(board).seenBy(onlooker);
    stage.run(resume, origin);
    onlooker.trained();
    run.train(stage.sampled(), stage.losses(), stage.levels());
    if (!resume) {
      seconds.put(TRAINING, (System.nanoTime() - start) * 1e-9);
    }
  }

  /// Samples with every method and writes samples.npy and samples-METHOD.npy.
  public void sample() throws IOException {
    Model model = run.trained().model();
    SampleStage stage = sampling();
    // A run that is gone on with may have fewer methods than before.
    folder.discardSamplesBut(Set.copyOf(files().values()));
    long count = config.sample().countOn(run.engine().info().name());
    for (String method : stage.methods().keySet()) {
      stopIfAsked();
      long start = System.nanoTime();
      FirstSamples kept = new FirstSamples(model.layout(), Run.mostNumbers(model));
      try {
        stage.write(folder.samples(method), method, config.seed(), 0, count, kept);
        seconds.put(method, (System.nanoTime() - start) * 1e-9);
        run.keep(method, kept.numbers());
        StructureFiles.write(model, folder.samples(method), kept.numbers(), reporter);
      } catch (EngineException e) {
        failed(model, method, folder.samples(method), e);
      }
    }
    if (config.inverse().present()) {
      for (GuidanceConfig method : config.guidance()) {
        try {
          run.inverse().sample(method, folder);
        } catch (EngineException e) {
          failed(model, POSTERIOR + method.name(), folder.posterior(method.name()), e);
        }
      }
    }
  }

  /// Where the samples of every method are.
  private Map<String, Path> files() throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    sampling().methods().keySet().forEach(method -> files.put(method, folder.samples(method)));
    if (config.inverse().present()) {
      config.guidance().forEach(method -> files.put(POSTERIOR + method.name(), folder.posterior(method.name())));
    }
    return files;
  }

  private SampleStage sampling() throws IOException {
    return new SampleStage(run.engine(), run.trained().model(), run.trained().network(), reporter);
  }

  /// Goes on without a method: neither its samples nor earlier ones stay.
  private void failed(Model model, String method, Path samples, Exception e) throws IOException {
    folder.discardSamples(samples);
    String laws =
        method.equals(RunFolder.PLAIN) || config.inverse().present()
            ? ""
            : model.constraint().map(law -> ", guided to '" + law.name() + "',").orElse("");
    failures.add(method, "method '" + method + "'" + laws, e);
  }

  /// The failures of this run, and those before it of methods that still have no samples.
  private Map<String, String> allFailed() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    if (Files.exists(folder.summary())) {
      Map<String, Path> files = files();
      Summary.readFailed(folder.summary())
          .forEach(
              (method, message) -> {
                if (files.containsKey(method) && !Files.exists(files.get(method))) {
                  all.put(method, message);
                }
              });
    }
    all.putAll(failures.messages());
    return all;
  }

  /// Measures the samples and writes summary.json.
  public Map<String, Map<String, MetricValue>> evaluate() throws IOException {
    Run.Trained trained = run.trained();
    DataSet data = run.data();
    reporter.line("evaluate");
    EvaluateStage stage = new EvaluateStage(trained.model(), data);
    Map<String, Map<String, MetricValue>> metrics = new LinkedHashMap<>();
    for (String method : sampling().methods().keySet()) {
      stopIfAsked();
      if (!allFailed().containsKey(method)) {
        try {
          metrics.put(method, stage.evaluate(method, run.samples(method), reporter));
        } catch (FormatException e) {
          failures.add(method, "method '" + method + "'", e);
        }
      }
    }
    Map<String, Map<String, MetricValue>> before = run.metrics();
    metrics.replaceAll(
        (method, values) -> withTimes(method, values, before.getOrDefault(method, Map.of())));
    metrics.putAll(stage.beside());
    if (config.data() instanceof CrystalsConfig crystals) {
      metrics.put(CrystalLosses.METHOD, crystals.losses(run.engine(), trained.model().diffuser(), data, config.seed()).of(trained.network()));
    }
    metrics.putAll(CompositionStage.evaluate(run.engine(), trained.model(), folder));
    EngineInfo engine = run.engine().info();
    ExactSamples.of(trained.model(), run.all(), config.sample().countOn(engine.name()))
        .ifPresent(exact -> metrics.put(ExactSamples.METHOD, stage.evaluate(exact)));
    if (config.evaluate().effectiveSamples() > 0 && run.all().source().orElseThrow() instanceof ParticleSystem system) {
      metrics.put(
          FlowStage.METHOD, new FlowStage(run.engine(), trained.model(), trained.network(), system, reporter).evaluate());
    }
    if (trained.model().latent().isPresent()) {
      metrics.put(
          ReconstructionStage.METHOD, new ReconstructionStage(run.engine(), trained.model(), run.all()).evaluate(stage, reporter));
    }
    if (config.evaluate().likelihood() > 0) {
      stopIfAsked();
      LikelihoodStage likelihood =
          new LikelihoodStage(run.engine(), trained.model(), trained.network(), run.all(), reporter);
      likelihood
          .evaluate()
          .forEach(
              (method, values) ->
                  values.forEach(metrics.computeIfAbsent(method, name -> new LinkedHashMap<>())::putIfAbsent));
      if (likelihood.table().isPresent()) {
        likelihood.table().get().write(folder.bound());
        likelihood.table().get().figure().write(folder.plots(), "bound");
      }
    } else {
      folder.discardMeasurement("bound");
    }
    if (config.inverse().present()) {
      metrics.putAll(run.inverse().evaluate(run.inverse().samples(folder, allFailed().keySet())));
    }
    Map<String, Object> tree =
        Summary.tree(run.name(), trained.model(), data, trained.steps(), stage.reference(), metrics, engine);
    if (!config.evaluate().temperatures().isEmpty()) {
      stopIfAsked();
      ThermodynamicTable table = new ThermodynamicStage(run, data).table();
      table.write(folder.thermodynamics());
      table.writeLevels(folder.thermodynamicLevels());
      table.figure().write(folder.plots(), "thermodynamics");
      table.lines().forEach(reporter::line);
      tree.put("thermodynamics", table.tree());
    } else {
      folder.discardMeasurement("thermodynamics");
    }
    Summary.write(folder.summary(), Summary.withFailed(tree, allFailed()));
    run.measured(metrics);
    return metrics;
  }

  /// With how long this run took to train and to sample; where it did not, what the summary before says.
  private Map<String, MetricValue> withTimes(
      String method, Map<String, MetricValue> values, Map<String, MetricValue> before) {
    Map<String, MetricValue> all = new LinkedHashMap<>(values);
    Map<String, String> times = new LinkedHashMap<>();
    times.put("training-seconds", TRAINING);
    times.put("sampling-seconds", method);
    times.forEach(
            (name, key) -> {
              if (seconds.containsKey(key) && !values.isEmpty()) {
                int samples = values.values().iterator().next().samples();
                all.put(name, new MetricValue(seconds.get(key), 0, Double.NaN, samples));
              } else if (before.containsKey(name)) {
                all.put(name, before.get(name));
              }
            });
    return all;
  }

  /// Draws the pictures and writes report.html.
  public void plot() throws IOException {
    stopIfAsked();
    Model model = run.trained().model();
    DataSet data = run.data();
    reporter.line("plot");
    Optional<String> why = Fonts.unavailable();
    if (why.isPresent()) {
      reporter.line("warning: no pictures: " + why.get());
    } else {
      draw(model, data);
    }
    Report.write(
        folder,
        run.name(),
        config.description().isEmpty() ? run.name() : config.description(),
        run.metrics(),
        allFailed(),
        data.notes(),
        new EvaluateStage(model, data).explanation(),
        ConfigWriter.yaml(config),
        new Provenance().tree(run.engine().info()));
  }

  private void draw(Model model, DataSet data) throws IOException {
    List<Map.Entry<String, float[]>> samples = new ArrayList<>();
    for (String method : sampling().methods().keySet()) {
      if (run.hasSamples(method)) {
        samples.add(Map.entry(method, run.samples(method)));
      }
    }
    if (model.latent().isPresent()) {
      samples.addFirst(
          Map.entry(ReconstructionStage.METHOD, new ReconstructionStage(run.engine(), model, run.all()).shown(data)));
    }
    new RunPlots(run.engine(), model, data, run.trained().network(), folder.plots())
        .write(run.losses(), levels(data), samples, reporter);
    if (config.inverse().present()
        && config.guidance().stream().anyMatch(method -> Files.exists(folder.posterior(method.name())))) {
      InverseStage inverse = run.inverse();
      new PosteriorPlots(model, data, inverse.measurements())
          .write(
              folder.plots(), inverse.cases().getFirst(),
              inverse.samples(folder, allFailed().keySet()));
    } else {
      folder.discardMeasurement("posterior");
    }
  }

  /// The moments that the training noted, and the network as it is.
  private LevelHistory levels(DataSet data) throws IOException {
    Run.Trained trained = run.trained();
    LevelHistory history = run.levels();
    if (!history.has(trained.steps())) {
      history.add(
          new NoiseLevels(
                  run.engine(), trained.model().diffuser(), trained.model().lawsOfDiffuser(),
                  trained.model().ofDiffuser(run.engine(), data), config.seed())
              .of(trained.network(), trained.steps()));
    }
    return history;
  }

  /// The scaling of another run, where this one keeps it.
  private Optional<Scaling> scaling(boolean resume) throws IOException {
    if (resume && Files.exists(folder.checkpoint())) {
      Checkpoint.Stored stored = Checkpoint.read(folder.checkpoint());
      Model before = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
      return before.givenScaling() ? Optional.of(before.scaling()) : Optional.empty();
    }
    return origin.isPresent() ? origin.get().scaling(run.all()) : Optional.empty();
  }

  private void stopIfAsked() {
    reporter.keeps("what is complete in " + folder.root() + " is kept", () -> {});
    if (reporter.stopRequested()) {
      throw new StoppedException("stopped; go on with --resume --out " + folder.root());
    }
  }
}
