package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import io.scorefield.config.Suggestion;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.experiment.SampleStage;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.Compositions;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// All that an executor needs to make the samples of a checkpoint. It is sent once to every executor, not with every task.
///
/// @param weights a file of weights without the optimiser's state
/// @param config the configuration that is sampled with, as JSON
/// @param method plain, or the name of a guidance of the configuration
/// @param formulas of crystals: the compositions asked for; mostly empty
/// @param id equal for equal recipes, and for no others
public record Recipe(byte[] weights, String config, String method, List<String> formulas, String id) implements Serializable {
  private static final long serialVersionUID = 1L;

  /// Plain samples, which need no laws.
  public static final String PLAIN = "plain";

  /// A model with its network, as they are in memory.
  public record Opened(Model model, Network network) {
    /// What makes the samples.
    public SampleStage stage(Engine engine, String method) throws IOException {
      return method.equals(PLAIN)
          ? new SampleStage(engine, model, network, Reporter.silent())
          : SampleStage.withMeasurements(engine, model, network, Reporter.silent());
    }
  }

  /// Checks what is asked for, before any task is started.
  ///
  /// @param stored a checkpoint
  /// @param settings of its sampling, see {@link io.scorefield.experiment.model.SampleSettings}
  /// @throws ConfigException where there are no such samples, with the reason
  /// @throws IOException where the checkpoint, or a file that its laws read, cannot be read
  public static Recipe of(Checkpoint.Stored stored, ExperimentConfig settings, String method, List<String> formulas)
      throws IOException {
    ClassifierFile.requireModel(stored);
    Recipe recipe = made(stored, settings, method, formulas);
    Opened opened = recipe.open();
    try (Engine engine = Engines.open("reference", 1).engine()) {
      SampleStage stage = opened.stage(engine, method);
      if (!stage.methods().containsKey(method)) {
        throw new ConfigException(
            "the experiment has no method '" + method + "'" + Suggestion.of(method, stage.methods().keySet()));
      }
      if (!recipe.isOpen()) {
        stage.program(method);
        stage.physics(method);
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
    return made(stored, settings, "laws", List.of());
  }

  private static Recipe made(Checkpoint.Stored stored, ExperimentConfig settings, String method, List<String> formulas)
      throws IOException {
    Model model = ModelFile.readPlain(stored, settings);
    Path file = Files.createTempFile("scorefield-weights", ".safetensors");
    try {
      Checkpoint.writeWeights(
          file, stored.safetensors().metadata(), stored.network(model.architecture()), stored.step(), model.parts());
      byte[] weights = Files.readAllBytes(file);
      String config = ConfigWriter.json(settings);
      return new Recipe(weights, config, method, List.copyOf(formulas), id(weights, config, method, formulas));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static String id(byte[] weights, String config, String method, List<String> formulas) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(weights);
      digest.update((config + '\n' + method + '\n' + formulas).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The configuration.
  public ExperimentConfig settings() {
    return ExperimentSource.written("checkpoint", "the configuration of the checkpoint", config).bind();
  }

  /// Whether steps or variances of the sampler are still to be chosen.
  public boolean isOpen() {
    return settings().sampler().isOpen();
  }

  /// The same with a sampler of which nothing is open.
  Recipe with(String settled) {
    return new Recipe(weights, settled, method, formulas, id(weights, settled, method, formulas));
  }

  /// The model and the network.
  ///
  /// @throws IOException where a file that the configuration names is not on this machine
  public Opened open() throws IOException {
    Path file = Files.createTempFile("scorefield-weights", ".safetensors");
    try {
      Files.write(file, weights);
      Checkpoint.Stored stored = Checkpoint.read(file);
      ExperimentConfig settings = settings();
      Model model = method.equals(PLAIN) ? ModelFile.readPlain(stored, settings) : ModelFile.read(stored, settings);
      model = formulas.isEmpty() ? model : Compositions.asked(model, formulas);
      return new Opened(model, stored.network(model.architecture()));
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
