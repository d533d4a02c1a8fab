package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.config.ConfigWriter;
import io.scorefield.experiment.config.ExperimentConfig;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import io.scorefield.train.DivergenceException;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Trains the network of a run and keeps its checkpoint, metrics.csv and levels.csv.
public final class TrainStage {
  private static final int STRETCHES = 1000;

  /// Looks at every noise level during a training; a training of fewer steps than STRETCHES has one, at its end.
  private static final int MOMENTS = 10;

  /// At most so many examples between two looks at whether to stop.
  private static final int MOST_EXAMPLES = 1 << 22;

  private final Engine engine;
  private final Model model;
  private final DataSet data;
  private final RunFolder folder;
  private final Reporter reporter;

  private LossHistory history = new LossHistory();
  private LevelHistory levels = new LevelHistory();

  /// The step of the checkpoint gone on from; -1 for a fresh training.
  private long resumedAt = -1;

  /// The state before what is going on, where that may take too long for a stop to wait.
  private Optional<TrainingState> before = Optional.empty();

  /// The step of the checkpoint last written.
  private long written = -1;

  private boolean left;

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
  /// @param wanted go on from the folder's checkpoint, if there is one, instead of starting afresh
  /// @throws StoppedException when the user stops; a checkpoint has been written
  /// @throws DivergenceException when the loss stops being finite; the last checkpoint is kept
  public Network run(boolean wanted) throws IOException {
    boolean resume = wanted && Files.exists(folder.checkpoint());
    if (wanted && !resume) {
      reporter.line(folder.root() + " has no checkpoint yet: starting at step 0");
    }
    ExperimentConfig config = model.config();
    TrainingOptions options =
        config.train().options(config.objective().objective(), data.size(), config.seed());
    TrainingState state =
        resume
            ? storedState()
            : TrainingState.start(Network.initialize(model.mlp(), config.seed()));
    if (state.step() > options.steps()) {
      throw new FormatException(
          folder.checkpoint() + ": has been trained for " + state.step() + " steps already, more than "
              + options.steps());
    }
    if (resume && Files.exists(folder.metrics())) {
      history = LossHistory.read(folder.metrics(), state.step());
    }
    if (resume && Files.exists(folder.levels())) {
      levels = LevelHistory.read(folder.levels(), state.step());
    }
    AtomicFile.writeString(folder.config(), ConfigWriter.yaml(config));
    if (resume) {
      resumedAt = state.step();
      reporter.line("going on from step " + state.step() + " of " + options.steps());
    }
    try (Trainer trainer = new Trainer(
            engine, model.diffuser(), model.mlp(), data, options, model.constraint(), state)) {
      reporter.keeps("a checkpoint is written; go on with --resume --out " + folder.root(), this::leave);
      train(trainer, options);
      return trainer.network();
    }
  }

  private TrainingState storedState() throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(folder.checkpoint());
    Model before = Model.read(stored);
    if (!before.fingerprint().equals(model.fingerprint())) {
      throw new FormatException(
          folder.checkpoint() + ": was trained on other data; train into another folder");
    }
    // Whatever the steps done depend on must be as it was; the rest may change.
    requireSame("seed", before.config().seed(), model.config().seed());
    requireSame("network", before.config().network(), model.config().network());
    requireSame("schedule", before.config().schedule(), model.config().schedule());
    requireSame("objective", before.config().objective(), model.config().objective());
    if (model.config().objective().objective().usesPhysics()) {
      requireSame("physics", stored.require(Model.LAWS_KEY), Fingerprint.of(model.constraint()));
    }
    requireSame("train.batch", before.config().train().batch(), model.config().train().batch());
    return stored.state(model.mlp());
  }

  private void requireSame(String key, Object stored, Object wanted) throws FormatException {
    if (!stored.equals(wanted)) {
      throw new FormatException(
          folder.checkpoint() + ": was trained with another '" + key
              + "'; set it as it was, or train into another folder");
    }
  }

  private void train(Trainer trainer, TrainingOptions options) throws IOException {
    long stretch = Math.max(1, Math.ceilDiv(options.steps(), STRETCHES));
    long moment =
        options.steps() < STRETCHES ? Math.max(1, options.steps()) : Math.ceilDiv(options.steps(), MOMENTS);
    int most = Math.max(1, MOST_EXAMPLES / options.batch());
    Chunk chunk = new Chunk();
    long asked = model.config().train().checkpointEvery();
    long every = asked > 0 ? asked : Math.max(1, options.steps() / 10);
    // A loss is known before the update of its step only, so a state has proved good when the losses
    // after it are finite: until then a checkpoint waits, and the one on disk stays.
    Optional<TrainingState> waiting = Optional.empty();
    long saved = trainer.step();
    NoiseLevels noiseLevels = new NoiseLevels(engine, model, data);
    double dataLoss = 0;
    double physicsLoss = 0;
    long inStretch = 0;
    try {
      while (!trainer.finished()) {
        // Stretches end at multiples of their length, so that a resumed run has the same rows.
        long end = Math.min(options.steps(), (trainer.step() / stretch + 1) * stretch);
        long look = Math.min(options.steps(), (trainer.step() / moment + 1) * moment);
        int steps = Math.min(most, chunk.steps());
        keepBefore(chunk.slow(), trainer);
        long start = System.nanoTime();
        TrainingSession.Losses losses =
            trainer.advance((int) Math.min(steps, Math.min(saved + every, Math.min(end, look)) - trainer.step()));
        chunk.took(losses.data().length, (System.nanoTime() - start) * 1e-9);
        if (waiting.isPresent()) {
          write(waiting.get());
          waiting = Optional.empty();
        }
        // One by one: the sums do not depend on how many steps are run at once.
        for (int k = 0; k < losses.data().length; k++) {
          dataLoss += losses.data()[k];
          physicsLoss += losses.physics()[k];
        }
        inStretch += losses.data().length;
        reporter.progress(
            "train", trainer.step(), options.steps(), "steps",
            String.format(Locale.ROOT, "loss %.4g", mean(losses.data())));
        if (trainer.step() == end) {
          add(
              new LossHistory.Row(
                  end, options.learningRate(end - 1), dataLoss / inStretch, physicsLoss / inStretch));
          dataLoss = 0;
          physicsLoss = 0;
          inStretch = 0;
        }
        if (trainer.step() == look) {
          keepBefore(true, trainer);
          add(noiseLevels.of(trainer.network(), look));
        }
        if (trainer.step() - saved >= every) {
          waiting = Optional.of(trainer.state());
          saved = trainer.step();
        }
        if (reporter.stopRequested() && !trainer.finished()) {
          write(finite(trainer));
          throw new StoppedException(
              "stopped at step " + trainer.step() + " of " + options.steps()
                  + "; go on with --resume --out " + folder.root());
        }
      }
    } catch (DivergenceException e) {
      history.write(folder.metrics());
      levels.write(folder.levels());
      throw e;
    }
    write(finite(trainer));
  }

  /// The trainer's state, if a checkpoint of it could be read again.
  private static TrainingState finite(Trainer trainer) {
    TrainingState state = trainer.state();
    if (!state.isFinite()) {
      throw new DivergenceException(state.step());
    }
    return state;
  }

  private synchronized void keepBefore(boolean keep, Trainer trainer) {
    before = keep && trainer.step() > resumedAt && trainer.step() > 0 ? Optional.of(trainer.state()) : Optional.empty();
  }

  private synchronized void add(LossHistory.Row row) {
    history.add(row);
  }

  private synchronized void add(List<LevelHistory.Row> moment) {
    levels.add(moment);
  }

  /// Saves the state before the step that is going on, from another thread: the program ends without that step.
  private synchronized void leave() {
    try {
      if (before.isPresent() && before.get().step() > written && before.get().isFinite()) {
        write(before.get());
        reporter.line(
            "stopped at step " + before.get().step() + "; go on with --resume --out " + folder.root());
      } else if (Files.exists(folder.checkpoint())) {
        reporter.line("stopped; the checkpoint in " + folder.root() + " is the last one written");
      } else {
        reporter.line("stopped before there was a checkpoint");
      }
    } catch (IOException e) {
      reporter.line("no checkpoint was written: " + e.getMessage());
    } finally {
      left = true;
    }
  }

  private synchronized void write(TrainingState state) throws IOException {
    if (left) {
      throw new StoppedException("stopped");
    }
    if (state.step() != resumedAt) {
      folder.discardResults();
    }
    // Before the checkpoint: what these files have beyond a checkpoint is dropped when it is gone on from.
    history.write(folder.metrics());
    levels.write(folder.levels());
    new Checkpoint(model.metadata(), model.mlp(), state).write(folder.checkpoint());
    written = state.step();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }
}
