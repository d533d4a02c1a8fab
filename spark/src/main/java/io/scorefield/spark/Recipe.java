package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import io.scorefield.config.Suggestion;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.experiment.ClassifierSamples;
import io.scorefield.experiment.OwnStepsStage;
import io.scorefield.experiment.SampleStage;
import io.scorefield.experiment.model.AskedFor;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// All that an executor needs to make the samples of a checkpoint. It is sent once to every executor, not with every task.
///
/// @param weights a file of weights without the optimiser's state
/// @param config the configuration that is sampled with, as JSON
/// @param way how samples are made with it
/// @param id equal for equal recipes, and for no others
public record Recipe(byte[] weights, String config, Way way, String id) implements Serializable {
  private static final long serialVersionUID = 1L;

  /// A model with its network, as they are in memory, and the classifiers of its {@link Way}.
  public record Opened(Model model, Network network, Way way, List<ClassifierFile> classifiers) {
    /// What makes the samples, unless each chooses its steps.
    SampleStage stage(Engine engine) throws IOException {
      if (!classifiers.isEmpty()) {
        Way.Guide guide = way.guides().getFirst();
        return ClassifierSamples.stage(
            classifiers.getFirst(), guide.name(), guide.weight(), engine, model, network, Reporter.silent());
      }
      return way.isLawless()
          ? new SampleStage(engine, model, network, Reporter.silent())
          : SampleStage.withMeasurements(engine, model, network, Reporter.silent());
    }

    /// What makes the samples.
    ///
    /// @param tally is told what samples cost that choose their steps
    DrawnRows.Source source(Engine engine, SampleTally tally) throws IOException {
      if (way.perSample()) {
        OwnStepsStage own = new OwnStepsStage(engine, model, network);
        return (seed, first, count, sink) -> own.sample(seed, first, count, tally::cost, sink);
      }
      SampleStage stage = stage(engine);
      return (seed, first, count, sink) -> stage.sample(way.method(), seed, first, count, sink);
    }

    /// Steps of a sample in which a guidance acts.
    long guidedSteps(Engine engine) throws IOException {
      return way.perSample() ? 0 : stage(engine).program(way.method()).guidedRows();
    }
  }

  /// Checks what is asked for, before any task is started.
  ///
  /// @param stored a checkpoint
  /// @param settings of its sampling, see {@link io.scorefield.experiment.model.SampleSettings}
  /// @throws ConfigException where there are no such samples, with the reason
  /// @throws IOException where the checkpoint, or a file that its laws read, cannot be read
  public static Recipe of(Checkpoint.Stored stored, ExperimentConfig settings, Way way) throws IOException {
    ClassifierFile.requireModel(stored);
    Recipe recipe = made(stored, settings, way);
    Opened opened = recipe.open();
    try (Engine engine = Engines.open("reference", 1).engine()) {
      if (way.perSample()) {
        new OwnStepsStage(engine, opened.model(), opened.network());
        return recipe;
      }
      SampleStage stage = opened.stage(engine);
      if (!stage.methods().containsKey(way.method())) {
        throw new ConfigException(
            "the experiment has no method '" + way.method() + "'" + Suggestion.of(way.method(), stage.methods().keySet()));
      }
      if (!recipe.isOpen()) {
        stage.program(way.method());
        stage.physics(way.method());
      }
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
    return recipe;
  }

  /// What the laws of a checkpoint are measured with.
  ///
  /// @param settings of the checkpoint, with other laws where they are wanted
  static Recipe ofLaws(Checkpoint.Stored stored, ExperimentConfig settings) throws IOException {
    return made(stored, settings, Way.of("laws"));
  }

  private static Recipe made(Checkpoint.Stored stored, ExperimentConfig settings, Way way) throws IOException {
    Model model = ModelFile.readPlain(stored, settings);
    Path file = Files.createTempFile("scorefield-weights", ".safetensors");
    try {
      Checkpoint.writeWeights(
          file, stored.safetensors().metadata(), stored.network(model.architecture()), stored.step(), model.parts());
      byte[] weights = Files.readAllBytes(file);
      String config = ConfigWriter.json(settings);
      return new Recipe(weights, config, way, id(weights, config, way));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static String id(byte[] weights, String config, Way way) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(weights);
      digest.update((config + '\n' + way.method() + '\n' + way.matter() + '\n' + way.perSample()).getBytes(StandardCharsets.UTF_8));
      for (Way.Guide guide : way.guides()) {
        digest.update(guide.file());
        digest.update(('\n' + guide.name() + '\n' + guide.weight()).getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The configuration.
  public ExperimentConfig settings() {
    return ExperimentSource.written("checkpoint", "the configuration of the checkpoint", config).bind();
  }

  /// Whether steps or variances of the sampler are still to be chosen for all samples.
  public boolean isOpen() {
    return !way.perSample() && settings().sampler().isOpen();
  }

  /// The same with a sampler of which nothing is open.
  Recipe with(String settled) {
    return new Recipe(weights, settled, way, id(weights, settled, way));
  }

  /// The model and the network.
  ///
  /// @throws IOException where a file that the configuration names is not on this machine
  public Opened open() throws IOException {
    Checkpoint.Stored stored = read(weights, Checkpoint::read);
    ExperimentConfig settings = settings();
    Model model = way.isLawless() ? ModelFile.readPlain(stored, settings) : ModelFile.read(stored, settings);
    for (AskedFor matter : way.matter()) {
      model = matter.of(model);
    }
    List<ClassifierFile> classifiers = new ArrayList<>();
    for (Way.Guide guide : way.guides()) {
      classifiers.add(read(guide.file(), ClassifierFile::read));
    }
    return new Opened(model, stored.network(model.architecture()), way, List.copyOf(classifiers));
  }

  /// Something that is read from a file.
  @FunctionalInterface
  private interface Reading<T> {
    T of(Path file) throws IOException;
  }

  private static <T> T read(byte[] content, Reading<T> reading) throws IOException {
    Path file = Files.createTempFile("scorefield-weights", ".safetensors");
    try {
      Files.write(file, content);
      return reading.of(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
