package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.config.ConfigWriter;
import io.scorefield.experiment.config.ExperimentConfig;
import io.scorefield.experiment.config.GuidanceConfig;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.plot.Figure;
import io.scorefield.watch.Watch;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// One experiment with one seed: train, sample, evaluate, plot, report. The main path of the program.
public final class ExperimentRunner {
  /// Not the name of a method.
  private static final String TRAINING = "(training)";

  private final String name;
  private final ExperimentConfig config;
  private final Engine engine;
  private final RunFolder folder;
  private final Reporter reporter;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final Failures failures;
  private Optional<DataSet> loaded = Optional.empty();
  private Optional<Origin> origin = Optional.empty();

  public ExperimentRunner(
      String name,
      ExperimentConfig config,
      Engine engine,
      RunFolder folder,
      Reporter reporter) {
    this.name = name;
    this.config = config;
    this.engine = engine;
    this.folder = folder;
    this.reporter = reporter;
    this.failures = new Failures(reporter);
  }

  /// Starts a new training from the weights of another run.
  public ExperimentRunner from(Optional<Origin> other) {
    origin = other;
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
    Requests.check(config, engine.info().name(), folder);
    try {
      train(resume);
      sample();
      stopIfAsked();
      Map<String, Map<String, MetricValue>> metrics = evaluate();
      stopIfAsked();
      plot();
      return metrics;
    } catch (CancellationException e) {
      throw e instanceof StoppedException
          ? e
          : new StoppedException("stopped; go on with --resume --out " + folder.root());
    }
  }

  /// Trains and writes config.yaml, checkpoint.safetensors, metrics.csv and levels.csv.
  public void train(boolean resume) throws IOException {
    Inputs inputs = Inputs.of(config, data(), scaling(resume));
    Model model = inputs.model();
    DataSet data = model.training(inputs.data());
    folder.create();
    reporter.line(
        data.size() + " points of '" + data.name() + "', " + model.mlp() + ", "
            + model.mlp().parameterCount() + " parameters, seed " + config.seed());
    inputs.lines(engine.info().name()).forEach(reporter::line);
    if (model.givenScaling() && !Origin.warning(model, data).isEmpty()) {
      reporter.line(Origin.warning(model, data));
    }
    LawTrial.of(model, data, reporter);
    long start = System.nanoTime();
    new TrainStage(engine, model, inputs.data(), folder, reporter).run(resume, origin);
    if (!resume) {
      seconds.put(TRAINING, (System.nanoTime() - start) * 1e-9);
    }
  }

  /// Samples with every method and writes samples.npy and samples-METHOD.npy.
  public void sample() throws IOException {
    Trained trained = trained();
    SampleStage stage = new SampleStage(engine, trained.model(), trained.network(), reporter);
    long count = config.sample().countOn(engine.info().name());
    for (String method : stage.methods().keySet()) {
      stopIfAsked();
      long start = System.nanoTime();
      try {
        stage.write(folder.samples(method), method, config.seed(), 0, count);
        seconds.put(method, (System.nanoTime() - start) * 1e-9);
      } catch (EngineException e) {
        failed(trained.model(), method, folder.samples(method), e);
      }
    }
    if (config.inverse().present()) {
      InverseStage inverse = inverse(trained);
      List<InverseStage.Case> cases = inverse.cases();
      for (GuidanceConfig method : config.guidance()) {
        try {
          inverse.sample(method, cases, folder);
        } catch (EngineException e) {
          failed(trained.model(), "posterior " + method.name(), folder.posterior(method.name()), e);
        }
      }
    }
  }

  /// Goes on without a method: neither its samples nor earlier ones stay.
  private void failed(Model model, String method, Path samples, Exception e) throws IOException {
    Files.deleteIfExists(samples);
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
      Summary.readFailed(folder.summary())
          .forEach(
              (method, message) -> {
                boolean posterior = method.startsWith("posterior ");
                Path samples =
                    posterior ? folder.posterior(method.substring(10)) : folder.samples(method);
                if (!Files.exists(samples)) {
                  all.put(method, message);
                }
              });
    }
    all.putAll(failures.messages());
    return all;
  }

  /// Measures the samples and writes summary.json.
  public Map<String, Map<String, MetricValue>> evaluate() throws IOException {
    Trained trained = trained();
    reporter.line("evaluate");
    EvaluateStage stage = new EvaluateStage(trained.model(), dataOf(trained.model()));
    SampleStage samples = new SampleStage(engine, trained.model(), trained.network(), reporter);
    Map<String, Map<String, MetricValue>> metrics = new LinkedHashMap<>();
    for (String method : samples.methods().keySet()) {
      stopIfAsked();
      if (!allFailed().containsKey(method)) {
        try {
          metrics.putAll(stage.run(folder, List.of(method), reporter));
        } catch (FormatException e) {
          failures.add(method, "method '" + method + "'", e);
        }
      }
    }
    Map<String, Map<String, MetricValue>> before =
        Files.exists(folder.summary()) ? Summary.readMetrics(folder.summary()) : Map.of();
    metrics.replaceAll(
        (method, values) -> withTimes(method, values, before.getOrDefault(method, Map.of())));
    ExactSamples.of(trained.model(), data(), config.sample().countOn(engine.info().name()))
        .ifPresent(exact -> metrics.put(ExactSamples.METHOD, stage.evaluate(exact)));
    if (config.inverse().present()) {
      InverseStage inverse = inverse(trained);
      List<InverseStage.Case> cases = inverse.cases();
      metrics.putAll(inverse.evaluate(cases, inverse.read(cases, folder, allFailed().keySet())));
    }
    Map<String, Object> tree =
        Summary.tree(name, trained.model(), trained.steps(), stage.reference(), metrics, engine.info());
    Summary.write(folder.summary(), Summary.withFailed(tree, allFailed()));
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
    Trained trained = trained();
    reporter.line("plot");
    DataSet data = dataOf(trained.model());
    new PlotStage(engine, trained.model(), data, trained.network(), folder).run(reporter);
    levels(trained, data);
    if (config.inverse().present()
        && config.guidance().stream().anyMatch(method -> Files.exists(folder.posterior(method.name())))) {
      InverseStage inverse = inverse(trained);
      List<InverseStage.Case> cases = inverse.cases();
      new PosteriorPlots(trained.model(), data, inverse)
          .write(folder.plots(), cases.getFirst(), inverse.read(cases, folder, allFailed().keySet()));
    }
    Map<String, Map<String, MetricValue>> metrics =
        Files.exists(folder.summary()) ? Summary.readMetrics(folder.summary()) : Map.of();
    String lead = config.description().isEmpty() ? name : config.description();
    Report.write(
        folder,
        name,
        lead,
        metrics,
        allFailed(),
        "The truth is " + new EvaluateStage(trained.model(), data).reference()
            + ". The noise floor is the same metric between two such samples of the same size; a "
            + "value near its floor cannot be told from the truth.",
        ConfigWriter.yaml(config),
        new Provenance().tree(engine.info()));
  }

  /// levels.png, of the moments that the training noted and of the network as it is.
  private void levels(Trained trained, DataSet data) throws IOException {
    LevelHistory history =
        Files.exists(folder.levels())
            ? LevelHistory.read(folder.levels(), trained.steps())
            : new LevelHistory();
    if (!history.has(trained.steps())) {
      history.add(
          new NoiseLevels(engine, trained.model(), data).of(trained.network(), trained.steps()));
    }
    Optional<Figure> figure = history.figure();
    if (figure.isPresent()) {
      figure.get().write(folder.plots(), "levels");
    }
  }

  private InverseStage inverse(Trained trained) throws IOException {
    return new InverseStage(
        engine, trained.model(), trained.network(), allOf(trained.model()), reporter);
  }

  private record Trained(Model model, Network network, long steps) {}

  /// The network of the folder's checkpoint.
  private Trained trained() throws IOException {
    boolean best = config.sample().weights() == ExperimentConfig.Weights.BEST;
    Checkpoint.Stored stored = Checkpoint.read(best ? folder.best() : folder.checkpoint());
    Model model = ModelFile.read(stored, config);
    return new Trained(model, stored.network(model.mlp()), stored.step());
  }

  /// The scaling of another run, where this one keeps it.
  private Optional<Scaling> scaling(boolean resume) throws IOException {
    if (resume && Files.exists(folder.checkpoint())) {
      Checkpoint.Stored stored = Checkpoint.read(folder.checkpoint());
      Model before = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
      return before.givenScaling() ? Optional.of(before.diffuser().scaling()) : Optional.empty();
    }
    return origin.isPresent() ? origin.get().scaling(data()) : Optional.empty();
  }

  /// All data, read or drawn once.
  private DataSet data() throws IOException {
    if (loaded.isEmpty()) {
      Requests.checkData(config.data());
      Watch.current().check();
      loaded = Optional.of(config.data().load(config.seed()));
    }
    return loaded.get();
  }

  /// The points trained on, if the data are those of the training.
  private DataSet dataOf(Model model) throws IOException {
    return model.training(allOf(model));
  }

  private DataSet allOf(Model model) throws IOException {
    DataSet data = data();
    if (!Fingerprint.of(data).equals(model.fingerprint())) {
      throw new FormatException(
          "data set '" + data.name() + "' has changed since the training of " + folder.checkpoint());
    }
    return data;
  }

  private void stopIfAsked() {
    reporter.keeps("what is complete in " + folder.root() + " is kept", () -> {});
    if (reporter.stopRequested()) {
      throw new StoppedException("stopped; go on with --resume --out " + folder.root());
    }
  }
}
