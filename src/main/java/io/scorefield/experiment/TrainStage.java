package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.config.ExperimentConfig;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import io.scorefield.train.DivergenceException;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Locale;

/// Trains the network of a run and keeps its checkpoint and metrics.csv.
public final class TrainStage {
  private static final int STRETCHES = 1000;

  private final Engine engine;
  private final Model model;
  private final DataSet data;
  private final RunFolder folder;
  private final Reporter reporter;

  public TrainStage(
      Engine engine, Model model, DataSet data, RunFolder folder, Reporter reporter) {
    this.engine = engine;
    this.model = model;
    this.data = data;
    this.folder = folder;
    this.reporter = reporter;
  }

  /// Trains to the end and returns the network to sample with.
  ///
  /// @param resume go on from the folder's checkpoint instead of starting afresh
  /// @throws StoppedException when the user stops; a checkpoint has been written
  /// @throws DivergenceException when the loss stops being finite; the last checkpoint is kept
  public Network run(boolean resume) throws IOException {
    ExperimentConfig config = model.config();
    TrainingOptions options =
        config.train().options(config.objective().objective(), data.size(), config.seed());
    TrainingState state =
        resume
            ? storedState()
            : TrainingState.start(Network.initialize(model.mlp(), config.seed()));
    LossHistory history =
        resume && Files.exists(folder.metrics())
            ? LossHistory.read(folder.metrics(), state.step())
            : new LossHistory();
    if (resume) {
      reporter.line("going on from step " + state.step() + " of " + options.steps());
    }
    try (Trainer trainer = new Trainer(engine, model.diffuser(), model.mlp(), data, options, state)) {
      train(trainer, options, history);
      return trainer.network();
    }
  }

  private TrainingState storedState() throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(folder.checkpoint());
    Model before = Model.read(stored);
    if (!before.mlp().equals(model.mlp())) {
      throw new FormatException(
          folder.checkpoint() + ": the stored network is " + before.mlp() + ", the configuration's "
              + model.mlp() + "; train into another folder");
    }
    if (!before.fingerprint().equals(model.fingerprint())) {
      throw new FormatException(
          folder.checkpoint() + ": was trained on other data; train into another folder");
    }
    return stored.state(model.mlp());
  }

  private void train(Trainer trainer, TrainingOptions options, LossHistory history)
      throws IOException {
    long stretch = Math.max(1, options.steps() / STRETCHES);
    long asked = model.config().train().checkpointEvery();
    long every = asked > 0 ? asked : Math.max(1, options.steps() / 10);
    long saved = trainer.step();
    try {
      while (!trainer.finished()) {
        // Stretches end at multiples of their length, so that a resumed run has the same rows.
        long next = Math.min(options.steps(), (trainer.step() / stretch + 1) * stretch);
        TrainingSession.Losses losses = trainer.advance((int) (next - trainer.step()));
        double loss = mean(losses.data());
        history.add(
            new LossHistory.Row(
                trainer.step(), options.learningRate(trainer.step() - 1), loss,
                mean(losses.physics())));
        reporter.progress(
            "train", trainer.step(), options.steps(), "steps",
            String.format(Locale.ROOT, "loss %.4g", loss));
        if (trainer.step() - saved >= every && !trainer.finished()) {
          save(trainer, history);
          saved = trainer.step();
        }
        if (reporter.stopRequested() && !trainer.finished()) {
          save(trainer, history);
          throw new StoppedException(
              "stopped at step " + trainer.step() + " of " + options.steps()
                  + "; go on with --resume --out " + folder.root());
        }
      }
    } catch (DivergenceException e) {
      // The parameters may be ruined already: the last checkpoint stays as it is.
      history.write(folder.metrics());
      throw e;
    }
    save(trainer, history);
  }

  private void save(Trainer trainer, LossHistory history) throws IOException {
    new Checkpoint(model.metadata(), model.mlp(), trainer.state()).write(folder.checkpoint());
    history.write(folder.metrics());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }
}
