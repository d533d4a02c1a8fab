package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.eval.NoiseLevels;
import io.scorefield.experiment.folder.RunConfig;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.Origin;
import io.scorefield.experiment.model.TrainingIdentity;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.io.FormatException;
import io.scorefield.io.Rounded;
import io.scorefield.network.Network;
import io.scorefield.report.LevelHistory;
import io.scorefield.report.LossHistory;
import io.scorefield.report.board.TensorBoard;
import io.scorefield.train.Checkpoint;
import io.scorefield.train.DivergenceException;
import io.scorefield.train.HeldOutLoss;
import io.scorefield.train.LinearFit;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Trains the network of a run and keeps its checkpoint, metrics.csv and levels.csv.
final class TrainStage {
  private static final int STRETCHES = 1000;

  /// Looks at every noise level during a training; a training of fewer steps than STRETCHES has one, at its end.
  private static final int MOMENTS = 10;

  /// The loss on held-out points is taken after every so many stretches.
  private static final int HELD_OUT_EVERY = 20;

  /// Added to the seed for their noise.
  static final long HELD_OUT = 1L << 43;

  /// At most so many examples between two looks at whether to stop.
  private static final int MOST_EXAMPLES = 1 << 22;

  private final Engine engine;
  private Model model;
  private final DataSet data;
  private final Optional<DataSet> others;
  private final RunFolder folder;
  private final Reporter reporter;

  private Optional<TensorBoard> board = Optional.empty();
  private Onlooker onlooker = new Onlooker() {};
  private LossHistory history = new LossHistory();
  private LevelHistory levels = new LevelHistory();

  /// The step of the checkpoint gone on from; -1 for a fresh training.
  private long resumedAt = -1;

  /// The state before what is going on, where that may take too long for a stop to wait.
  private Optional<TrainingState> before = Optional.empty();

  /// The step of the checkpoint last written.
  private long written = -1;

  private boolean left;

  /// Whether the start is the solution of linear equations.
  private boolean isFitted;

  private Optional<Run.Trained> last = Optional.empty();
  private Optional<Run.Trained> best = Optional.empty();

  TrainStage(
      Engine engine, Model model, DataSet all, RunFolder folder, Reporter reporter) {
    this.engine = engine;
    this.model = model;
    data = model.ofDiffuser(engine, model.training(all));
    others = model.others(all).map(held -> model.ofDiffuser(engine, held));
    this.folder = folder;
    this.reporter = reporter;
  }

  /// Shows the losses there too.
  TrainStage on(Optional<TensorBoard> other) {
    board = other;
    return this;
  }

  /// Is looked at by another.
  TrainStage seenBy(Onlooker other) {
    onlooker = other;
    return this;
  }

  /// The network to sample with; empty where that is the best of an earlier process.
  Optional<Run.Trained> sampled() {
    return model.config().sample().weights() == ExperimentConfig.Weights.BEST ? best : last;
  }

  LossHistory losses() {
    return history;
  }

  LevelHistory levels() {
    return levels;
  }

  /// The network that a training begins with.
  private Network fresh(TrainingOptions options) {
    ExperimentConfig config = model.config();
    if (!isFitted) {
      return Network.initialize(model.architecture(), config.seed());
    }
    Objective data = new Objective(options.objective().weighting(), options.objective().reduction());
    return new LinearFit(
            engine, model.diffuser(), model.architecture(), model.diffuser().noiseTable(data),
            options.objective().coupling(), this.data.points(), config.seed())
        .solve();
  }

  /// Trains to the end.
  ///
  /// @param wanted go on from the folder's checkpoint, if there is one, instead of starting afresh
  /// @param origin where the weights of a fresh start are from, if not from random numbers
  /// @throws StoppedException when the user stops; a checkpoint has been written
  /// @throws DivergenceException when the loss stops being finite; the last checkpoint is kept
  void run(boolean wanted, Optional<Origin> origin) throws IOException {
    boolean resume = wanted && Files.exists(folder.checkpoint());
    if (wanted && !resume) {
      reporter.line(folder.root() + " has no checkpoint yet: starting at step 0");
    }
    ExperimentConfig config = model.config();
    TrainingOptions options =
        config.train().options(config.objective().objective(), data.size(), config.seed());
    Optional<Checkpoint.Stored> stored =
        resume ? Optional.of(Checkpoint.read(folder.checkpoint())) : Optional.empty();
    isFitted = config.network().isFitted() && origin.isEmpty();
    TrainingState state =
        stored.isPresent()
            ? storedState(stored.get(), options)
            : TrainingState.start(
                origin.isPresent()
                    ? origin.get().weights(model)
                    : fresh(options));
    model = stored.isPresent() ? ModelFile.withFound(model, stored.get()) : model;
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
    List<ExperimentConfig> known = new ArrayList<>();
    if (Files.exists(folder.checkpoint())) {
      configuration(folder.checkpoint()).ifPresent(known::add);
    }
    if (!resume && folder.retire()) {
      reporter.line(
          "the run in " + folder.root() + " is replaced; its checkpoint is kept as "
              + folder.previous().getFileName());
    }
    if (!wanted) {
      AutoencoderStage.forget(folder, model);
      CompositionStage.forget(folder, model);
    }
    Snapshots.forget(folder, state.step());
    RunConfig.write(folder, config, known, reporter);
    origin.filter(from -> !resume).ifPresent(from -> reporter.line("the weights of " + from.file() + " are the start"));
    if (resume) {
      resumedAt = state.step();
      reporter.line("going on from step " + state.step() + " of " + options.steps());
    }
    history.rows().forEach(onlooker::loss);
    levels.moments().forEach(onlooker::levels);
    try (Trainer trainer = new Trainer(
            engine, model.diffuser(), model.architecture(), data, options, model.trainingLaws(), state)) {
      reporter.keeps("a checkpoint is written; go on with --resume --out " + folder.root(), this::leave);
      train(trainer, options);
      last = Optional.of(new Run.Trained(model, trainer.network(), trainer.step()));
    }
  }

  /// What a checkpoint was made with; of a damaged one that cannot be told.
  private static Optional<ExperimentConfig> configuration(Path checkpoint) throws IOException {
    try {
      return Optional.of(ScheduleRounds.unfitted(ModelFile.config(Checkpoint.read(checkpoint), List.of())));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private TrainingState storedState(Checkpoint.Stored stored, TrainingOptions options)
      throws IOException {
    List<String> differences = TrainingIdentity.differences(stored, model);
    if (!differences.isEmpty()) {
      throw new FormatException(
          folder.checkpoint() + ": was trained otherwise: " + TrainingIdentity.line(differences)
              + "; set it as it was, train into another folder, or start a new training from these weights with --from "
              + folder.checkpoint());
    }
    TrainingState state = stored.state(model.architecture());
    TrainingOptions before =
        ModelFile.config(stored, List.of()).train().options(options.objective(), data.size(), options.seed());
    if (options.decay() == TrainingOptions.Decay.COSINE
        && before.steps() != options.steps() && state.step() > 0 && state.step() < options.steps()) {
      reporter.line(
          String.format(
              Locale.ROOT,
              "the learning rate jumps from %s to %s: its cosine now ends at step %,d instead of %,d",
              Rounded.number(before.learningRate(Math.min(state.step(), before.steps()))),
              Rounded.number(options.learningRate(state.step())),
              options.steps(), before.steps()));
    }
    return state;
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
    Snapshots snapshots = new Snapshots(folder, options.steps(), model.config().train().emaSnapshots());
    ScheduleRounds rounds = new ScheduleRounds(engine, data, reporter);
    NoiseLevels noiseLevels = noiseLevels();
    Optional<HeldOutLoss> heldOut = heldOut(options);
    if (judgesStart(trainer, options)) {
      keepBefore(true, trainer);
      if (heldOut.isPresent()) {
        judge(trainer, LossHistory.Row.ofStart(heldOut.get().of(trainer.network())));
      }
      add(noiseLevels.of(trainer.network(), 0));
    }
    double dataLoss = 0;
    double physicsLoss = 0;
    long inStretch = 0;
    try {
      while (!trainer.finished()) {
        Optional<Model> fitted = rounds.due(model, trainer);
        if (fitted.isPresent()) {
          trainer.reschedule(fitted.get().diffuser(), data, model.trainingLaws());
          become(fitted.get());
          noiseLevels = noiseLevels();
          heldOut = heldOut(options);
        }
        // Stretches end at multiples of their length, so that a resumed run has the same rows.
        long end = Math.min(options.steps(), (trainer.step() / stretch + 1) * stretch);
        long look = Math.min(options.steps(), (trainer.step() / moment + 1) * moment);
        long stop = Math.min(ScheduleRounds.next(model, trainer.step()), snapshots.next(trainer.step()));
        int steps = (int) Math.min(Math.min(most, chunk.steps()), stop - trainer.step());
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
        onlooker.between(moment(trainer, noiseLevels));
        snapshots.keep(model, trainer);
        if (trainer.step() == end) {
          boolean due = end / stretch % HELD_OUT_EVERY == 0 || end == options.steps();
          double heldOutLoss =
              heldOut.isPresent() && due ? heldOut.get().of(trainer.network()) : Double.NaN;
          judge(
              trainer,
              new LossHistory.Row(
                  end, options.learningRate(end - 1), dataLoss / inStretch, physicsLoss / inStretch, heldOutLoss));
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
    history
        .best()
        .ifPresent(
            row ->
                reporter.line(
                    String.format(
                        Locale.ROOT, "the least loss on held-out points is %.4g, at step %,d: %s", row.heldOut(),
                        row.step(), folder.best())));
  }

  private Onlooker.Moment moment(Trainer trainer, NoiseLevels noiseLevels) {
    return new Onlooker.Moment() {
      @Override
      public long step() {
        return trainer.step();
      }

      @Override
      public Model model() {
        return model;
      }

      @Override
      public Network network() {
        return trainer.network();
      }

      @Override
      public List<NoiseLevels.Level> levels() {
        return noiseLevels.of(trainer.network(), trainer.step());
      }
    };
  }

  private NoiseLevels noiseLevels() {
    return new NoiseLevels(engine, model.diffuser(), model.lawsOfDiffuser(), data, model.config().seed());
  }

  private Optional<HeldOutLoss> heldOut(TrainingOptions options) {
    return others.map(
        points ->
            new HeldOutLoss(engine, model.diffuser(), options.objective(), points.points(), options.seed() + HELD_OUT));
  }

  private synchronized void become(Model other) {
    model = other;
  }

  /// Whether the network is looked at before the first step: one that is fitted is as good as a trained one, and one without
  /// steps is all there will be.
  private boolean judgesStart(Trainer trainer, TrainingOptions options) {
    return trainer.step() == 0 && !levels.has(0) && (isFitted || options.steps() == 0);
  }

  /// Takes a row of the losses, and keeps the network where it is the best on points held out so far.
  private void judge(Trainer trainer, LossHistory.Row row) throws IOException {
    boolean isBest =
        !Double.isNaN(row.heldOut()) && history.best().map(other -> row.heldOut() < other.heldOut()).orElse(true);
    add(row);
    if (isBest) {
      new Checkpoint(ModelFile.metadata(model), model.architecture(), finite(trainer), model.parts()).write(folder.best());
      best = Optional.of(new Run.Trained(model, trainer.network(), row.step()));
    }
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

  private synchronized void add(LossHistory.Row row) throws IOException {
    history.add(row);
    onlooker.loss(row);
    if (board.isPresent()) {
      board.get().add(row);
    }
  }

  private synchronized void add(List<NoiseLevels.Level> moment) {
    levels.add(moment);
    onlooker.levels(moment);
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
    new Checkpoint(ModelFile.metadata(model), model.architecture(), state, model.parts()).write(folder.checkpoint());
    if (board.isPresent() && state.step() > written && state.step() != resumedAt) {
      board.get().add(state, model.architecture(), model.config().train().beta2());
    }
    written = state.step();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }
}
