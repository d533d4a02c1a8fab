package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Fingerprint;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.SampleFile;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.report.LevelHistory;
import io.scorefield.report.LossHistory;
import io.scorefield.report.Summary;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What the stages of one run hand to each other. What a stage of this process has made is in memory; what an earlier
/// process has made is read from the folder, once.
final class Run {
  /// Numbers of a method's samples that are kept for metrics and pictures: 64 MB.
  private static final int MOST_NUMBERS = 1 << 24;

  private final String name;
  private final ExperimentConfig config;
  private final Engine engine;
  private final RunFolder folder;
  private final Reporter reporter;
  private final Map<String, float[]> samples = new LinkedHashMap<>();
  private Optional<DataSet> all = Optional.empty();
  private Optional<Trained> trained = Optional.empty();
  private Optional<InverseStage> inverse = Optional.empty();
  private Optional<LossHistory> losses = Optional.empty();
  private Optional<LevelHistory> levels = Optional.empty();
  private Optional<Map<String, Map<String, MetricValue>>> metrics = Optional.empty();

  /// A network with the model it belongs to.
  ///
  /// @param steps the optimiser steps that made it
  record Trained(Model model, Network network, long steps) {}

  Run(String name, ExperimentConfig config, Engine engine, RunFolder folder, Reporter reporter) {
    this.name = name;
    this.config = config;
    this.engine = engine;
    this.folder = folder;
    this.reporter = reporter;
  }

  String name() {
    return name;
  }

  ExperimentConfig config() {
    return config;
  }

  Engine engine() {
    return engine;
  }

  RunFolder folder() {
    return folder;
  }

  Reporter reporter() {
    return reporter;
  }

  /// All data, those held out included; read or drawn once.
  DataSet all() throws IOException {
    if (all.isEmpty()) {
      Requests.checkData(config.data());
      Watch.current().check();
      all = Optional.of(config.data().load(config.seed()));
    }
    return all.get();
  }

  /// All data, which must be those of the training.
  private DataSet allOfTraining() throws IOException {
    DataSet data = all();
    if (!Fingerprint.of(data).equals(trained().model().fingerprint())) {
      throw new FormatException(
          "data set '" + data.name() + "' has changed since the training of " + folder.checkpoint());
    }
    return data;
  }

  /// The points trained on.
  DataSet data() throws IOException {
    return trained().model().training(allOfTraining());
  }

  /// The network that is sampled: of the training in this process, or of the folder's checkpoint.
  Trained trained() throws IOException {
    if (trained.isEmpty()) {
      boolean best = config.sample().weights() == ExperimentConfig.Weights.BEST;
      Checkpoint.Stored stored = Checkpoint.read(best ? folder.best() : folder.checkpoint());
      Model model = ModelFile.read(stored, config);
      trained = Optional.of(new Trained(model, stored.network(model.architecture()), stored.step()));
    }
    if (trained.get().model().config().sampler().isOpen()) {
      Trained now = trained.get();
      trained =
          Optional.of(
              new Trained(
                  now.model().settled(engine, now.network(), reporter::line, this::all), now.network(), now.steps()));
    }
    return trained.get();
  }

  /// Takes what a training has made; whatever was known of an earlier one is forgotten.
  ///
  /// @param result empty where the weights to sample with are those of an earlier process
  void train(Optional<Trained> result, LossHistory loss, LevelHistory level) {
    trained = result;
    losses = Optional.of(loss);
    levels = Optional.of(level);
    samples.clear();
    inverse = Optional.empty();
    metrics = Optional.empty();
  }

  /// The loss during the training; empty where nothing is known of it.
  LossHistory losses() throws IOException {
    if (losses.isEmpty()) {
      losses =
          Optional.of(
              Files.exists(folder.metrics())
                  ? LossHistory.read(folder.metrics(), Long.MAX_VALUE)
                  : new LossHistory());
    }
    return losses.get();
  }

  /// How the network did by noise level during the training.
  LevelHistory levels() throws IOException {
    if (levels.isEmpty()) {
      levels =
          Optional.of(
              Files.exists(folder.levels())
                  ? LevelHistory.read(folder.levels(), trained().steps())
                  : new LevelHistory());
    }
    return levels.get();
  }

  /// As many as whole samples have.
  static int mostNumbers(Model model) {
    int dimension = model.dimension();
    return MOST_NUMBERS / dimension * dimension;
  }

  /// Whether a method has samples.
  boolean hasSamples(String method) {
    return samples.containsKey(method) || Files.exists(folder.samples(method));
  }

  /// The first samples of a method, [n, D] in data units less the origin.
  float[] samples(String method) throws IOException {
    if (!samples.containsKey(method)) {
      Model model = trained().model();
      samples.put(method, SampleFile.read(folder.samples(method), model, mostNumbers(model)));
    }
    return samples.get(method);
  }

  void keep(String method, float[] first) {
    samples.put(method, first);
  }

  /// The inverse problem of the run.
  InverseStage inverse() throws IOException {
    if (inverse.isEmpty()) {
      inverse =
          Optional.of(
              new InverseStage(engine, trained().model(), trained().network(), allOfTraining(), reporter));
    }
    return inverse.get();
  }

  /// The metrics by method; empty where there are none yet.
  Map<String, Map<String, MetricValue>> metrics() throws IOException {
    if (metrics.isEmpty()) {
      metrics =
          Optional.of(Files.exists(folder.summary()) ? Summary.readMetrics(folder.summary()) : Map.of());
    }
    return metrics.get();
  }

  void measured(Map<String, Map<String, MetricValue>> values) {
    metrics = Optional.of(values);
  }
}
