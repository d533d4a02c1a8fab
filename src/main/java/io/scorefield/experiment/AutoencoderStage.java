package io.scorefield.experiment;

import io.scorefield.data.Conditions;
import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.folder.RunConfig;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.TrainingIdentity;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.train.AutoencoderTraining;
import io.scorefield.train.Checkpoint;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The first stage of a training in a latent space: trains the autoencoder, or takes that of the folder.
final class AutoencoderStage {
  /// Losses that the file of them has.
  private static final int STRETCHES = 100;

  /// Checkpoints on the way.
  private static final int KEPT = 10;

  private final Engine engine;
  private final Model model;
  private final DataSet data;
  private final RunFolder folder;
  private final Reporter reporter;
  private final TrainingOptions options;

  /// @param model with a latent space, not trained yet
  AutoencoderStage(Engine engine, Model model, DataSet all, RunFolder folder, Reporter reporter) {
    this.engine = engine;
    this.model = model;
    data = model.training(all);
    this.folder = folder;
    this.reporter = reporter;
    options = model.config().latent().train().options(model.config().seed());
  }

  /// The model with a trained autoencoder. Where a training is resumed, that of its checkpoint; else it is trained, from where the
  /// folder's file of it ends.
  ///
  /// @throws StoppedException when the user stops; the file has been written
  Model run(boolean resume) throws IOException {
    if (resume && Files.exists(folder.checkpoint())) {
      Checkpoint.Stored stored = Checkpoint.read(folder.checkpoint());
      requireSame(stored, TrainingIdentity.differences(stored, model));
      return model.withLatentOf(ModelFile.readPlain(stored, ModelFile.config(stored, List.of())));
    }
    boolean goesOn = resume && Files.exists(folder.autoencoder());
    if (!goesOn && folder.retire()) {
      reporter.line("the run in " + folder.root() + " is replaced; its checkpoint is kept as " + folder.previous().getFileName());
    }
    if (!goesOn) {
      RunConfig.write(folder, model.config(), List.of(), reporter);
    }
    Autoencoder shape = model.latent().orElseThrow().autoencoder();
    reporter.line(shape + ", " + shape.training().parameterCount() + " parameters");
    TrainingState state = goesOn ? stored() : TrainingState.start(Network.initialize(shape.training(), options.seed()));
    float[] states = states();
    try (Trainer trainer = new Trainer(engine, AutoencoderTraining.plan(shape, states, options), options, state)) {
      train(trainer);
      return model.withAutoencoder(engine, trainer.network().parameters(), data);
    }
  }

  /// The data as the autoencoder sees them, most without their conditions.
  private float[] states() {
    float[] states = model.scaling().toState(data.points());
    int conditions = model.scaling().frame().conditions();
    return conditions == 0 || model.latent().orElseThrow().autoencoder().conditions() > 0
        ? states
        : Conditions.without(states, model.scaling().coordinates(), conditions);
  }

  private TrainingState stored() throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(folder.autoencoder());
    List<String> differences =
        TrainingIdentity.differences(stored, model).stream()
            .filter(line -> !line.matches("(source|network|schedule|objective|train)\\..*") && !line.startsWith("with other laws"))
            .toList();
    requireSame(stored, differences);
    return stored.state(model.latent().orElseThrow().autoencoder().training());
  }

  private static void requireSame(Checkpoint.Stored stored, List<String> differences) throws FormatException {
    if (!differences.isEmpty()) {
      throw new FormatException(
          stored.file() + ": was trained otherwise: " + TrainingIdentity.line(differences)
              + "; set it as it was, or train into another folder");
    }
  }

  private void train(Trainer trainer) throws IOException {
    Chunk chunk = new Chunk();
    long stretch = Math.max(1, Math.ceilDiv(options.steps(), STRETCHES));
    long every = Math.max(1, options.steps() / KEPT);
    long saved = trainer.step();
    StringBuilder losses = new StringBuilder(Files.exists(folder.autoencoderLosses()) && saved > 0 ? kept(saved) : "step,loss\n");
    double sum = 0;
    long run = 0;
    while (!trainer.finished()) {
      long end = (trainer.step() / stretch + 1) * stretch;
      long before = System.nanoTime();
      double[] some = trainer.advance((int) Math.min(chunk.steps(), end - trainer.step())).data();
      chunk.took(some.length, (System.nanoTime() - before) * 1e-9);
      for (double loss : some) {
        sum += loss;
      }
      run += some.length;
      reporter.progress(
          "autoencoder", trainer.step(), options.steps(), "steps",
          String.format(Locale.ROOT, "loss %.4g", Arrays.stream(some).average().orElse(Double.NaN)));
      if (trainer.step() % stretch == 0 || trainer.finished()) {
        losses.append(String.format(Locale.ROOT, "%d,%.6g%n", trainer.step(), sum / run));
        sum = 0;
        run = 0;
      }
      boolean stops = reporter.stopRequested() && !trainer.finished();
      if (trainer.step() - saved >= every || trainer.finished() || stops) {
        write(trainer.state(), losses.toString());
        saved = trainer.step();
      }
      if (stops) {
        throw new StoppedException(
            "stopped at step " + trainer.step() + " of " + options.steps() + " of the autoencoder; go on with --resume --out "
                + folder.root());
      }
    }
  }

  /// Deletes what an earlier training has left, where the one that begins has no autoencoder.
  static void forget(RunFolder folder, Model model) throws IOException {
    if (model.latent().isEmpty()) {
      Files.deleteIfExists(folder.autoencoder());
      Files.deleteIfExists(folder.autoencoderLosses());
    }
  }

  /// The losses up to a step.
  private String kept(long step) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (String line : Files.readAllLines(folder.autoencoderLosses())) {
      if (!line.matches("\\d+,.*") || Long.parseLong(line.substring(0, line.indexOf(','))) <= step) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }

  private void write(TrainingState state, String losses) throws IOException {
    AtomicFile.writeString(folder.autoencoderLosses(), losses);
    new Checkpoint(ModelFile.metadata(model), model.latent().orElseThrow().autoencoder().training(), state)
        .write(folder.autoencoder());
  }
}
