package io.scorefield.experiment;

import io.scorefield.data.AskedConditions;
import io.scorefield.data.DataSet;
import io.scorefield.diffusion.CompositionSpace;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingState;
import io.scorefield.eval.CompositionRecovery;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.CompositionsConfig;
import io.scorefield.experiment.settings.CrystalsConfig;
import io.scorefield.matter.crystal.CompositionTable;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.CrystalSet;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.CompositionCoder;
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
import java.util.Map;
import java.util.Optional;

/// The first stage of a training whose compositions are generated: trains the autoencoder of compositions and cells, and has the
/// model asked for what it generates.
final class CompositionStage {
  private final Engine engine;
  private final Model model;
  private final DataSet all;
  private final RunFolder folder;
  private final Reporter reporter;

  CompositionStage(Engine engine, Model model, DataSet all, RunFolder folder, Reporter reporter) {
    this.engine = engine;
    this.model = model;
    this.all = all;
    this.folder = folder;
    this.reporter = reporter;
  }

  /// The model as it is to be trained and sampled: the same where no compositions are generated. Where a training is resumed they are
  /// those of its checkpoint.
  ///
  /// @throws StoppedException when the user stops; this stage begins anew
  Model run(boolean resume) throws IOException {
    if (generated(model).isEmpty()) {
      return model;
    }
    if (resume && Files.exists(folder.checkpoint())) {
      Checkpoint.Stored stored = Checkpoint.read(folder.checkpoint());
      Optional<AskedConditions> asked = ModelFile.readPlain(stored, ModelFile.config(stored, List.of())).diffuser().asked();
      return asked.map(model::askedEach).orElse(model);
    }
    CompositionsConfig.Generated config = generated(model).get();
    CompositionTable table = table(model);
    CompositionCoder coder = coder(model, table);
    reporter.line(coder + ", " + coder.training().parameterCount() + " parameters");
    TrainingOptions options = config.train().options(model.config().seed());
    Network network = Network.initialize(coder.training(), options.seed());
    CrystalPoints layout = CrystalPoints.ofComponents(all.components());
    DataSet training = model.training(all);
    float[] rows = table.rows(layout.crystals(training.points(), training.size()));
    try (Trainer trainer =
        new Trainer(engine, AutoencoderTraining.plan(coder.training(), coder.latents(), rows, options), options, TrainingState.start(network))) {
      train(trainer, options.steps());
      network = trainer.network();
    }
    Checkpoint.writeWeights(folder.compositions(), ModelFile.metadata(model), network, options.steps(), List.of());
    CompositionSpace space = new CompositionSpace(table, coder, network.parameters());
    CompositionSpace.Drawn drawn = space.sample(engine, model.config().seed(), 0, config.count());
    reporter.line(
        String.format(
            Locale.ROOT, "%d compositions with cells of %d codes; the others stand for more than %d atoms or for no cell",
            config.count(), drawn.draws(), table.mostAtoms()));
    return model.askedEach(AskedConditions.inTurn(layout.conditions(drawn.crystals()), layout.conditions()));
  }

  private void train(Trainer trainer, long steps) {
    Chunk chunk = new Chunk();
    while (!trainer.finished()) {
      long before = System.nanoTime();
      double[] losses = trainer.advance(chunk.steps()).data();
      chunk.took(losses.length, (System.nanoTime() - before) * 1e-9);
      reporter.progress(
          "compositions", trainer.step(), steps, "steps",
          String.format(Locale.ROOT, "loss %.4g", Arrays.stream(losses).average().orElse(Double.NaN)));
      if (reporter.stopRequested() && !trainer.finished()) {
        throw new StoppedException("stopped in the training of the autoencoder of compositions, which begins anew next time");
      }
    }
  }

  /// Deletes what an earlier training has left, where the one that begins generates no compositions.
  static void forget(RunFolder folder, Model model) throws IOException {
    if (generated(model).isEmpty()) {
      Files.deleteIfExists(folder.compositions());
    }
  }

  /// How well the run's autoencoder gives back what it is given; nothing where no compositions are generated.
  static Map<String, Map<String, MetricValue>> evaluate(Engine engine, Model model, RunFolder folder) throws IOException {
    if (generated(model).isEmpty() || !Files.exists(folder.compositions())) {
      return Map.of();
    }
    CompositionTable table = table(model);
    CompositionCoder coder = coder(model, table);
    Network network = Checkpoint.read(folder.compositions()).network(coder.training());
    CrystalSet set = ((CrystalsConfig) model.config().data()).set(model.config().seed());
    CompositionSpace space = new CompositionSpace(table, coder, network.parameters());
    return new CompositionRecovery(engine, space).of(set);
  }

  private static Optional<CompositionsConfig.Generated> generated(Model model) {
    return model.config().data() instanceof CrystalsConfig crystals && crystals.compositions() instanceof CompositionsConfig.Generated some
        ? Optional.of(some)
        : Optional.empty();
  }

  private static CompositionTable table(Model model) throws IOException {
    List<Crystal> training = ((CrystalsConfig) model.config().data()).set(model.config().seed()).training();
    return CompositionTable.of(training);
  }

  private static CompositionCoder coder(Model model, CompositionTable table) {
    CompositionsConfig.Generated config = generated(model).orElseThrow();
    return CompositionSpace.coder(table, config.latents(), config.hidden(), config.weights());
  }
}
