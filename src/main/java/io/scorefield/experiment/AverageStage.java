package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.engine.WeightAverage;
import io.scorefield.eval.Evaluator;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import io.scorefield.train.HeldOutLoss;
import io.scorefield.train.PostHocAverage;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Averages of a finished training by other widths, made of its snapshots, and how good they are.
public final class AverageStage {
  /// Metadata key of the width that weights are averaged with.
  private static final String WIDTH_KEY = "average-width";

  private final Checkpoint.Stored stored;
  private final Model model;
  private final float[][] snapshots;
  private final PostHocAverage average;

  /// An average.
  ///
  /// @param miss of its profile, see {@link PostHocAverage.Mixture}
  public record Made(double width, Network network, double miss) {}

  /// How good an average is.
  ///
  /// @param sliced Wasserstein-2 distance of its samples to the truth; empty where there is nothing to compare with
  /// @param heldOut its loss on points held out; empty where there are none
  public record Quality(Optional<MetricValue> sliced, Optional<Double> heldOut) {}

  /// @throws IOException when the run has no snapshots, or they cannot be read
  public AverageStage(Path run) throws IOException {
    RunFolder folder = new RunFolder(run);
    stored = Checkpoint.read(folder.checkpoint());
    ExperimentConfig config = ModelFile.config(stored, List.of());
    model = ModelFile.readPlain(stored, config);
    double width = config.train().emaWidth();
    if (width == 0) {
      throw new ConfigException(
          run + ": was trained without train.ema-width, so it has no averages by a power of the step to make others of");
    }
    Map<Long, float[]> found = Snapshots.read(folder, model, stored);
    snapshots = found.values().toArray(float[][]::new);
    average =
        new PostHocAverage(
            found.keySet().stream().mapToLong(Long::longValue).toArray(), WeightAverage.Power.ofWidth(width));
  }

  /// Snapshots, the checkpoint's own average among them.
  public int count() {
    return snapshots.length;
  }

  /// The average of a width.
  public Made of(double width) {
    PostHocAverage.Mixture mixture;
    try {
      mixture = average.ofWidth(width);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--width " + width + ": " + e.getMessage(), e);
    }
    return new Made(width, new Network(model.architecture(), mixture.of(snapshots)), mixture.miss());
  }

  /// Writes an average as weights that can be sampled.
  public void write(Path file, Made made) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(stored.safetensors().metadata());
    metadata.put(WIDTH_KEY, Double.toString(made.width()));
    Checkpoint.writeWeights(file, metadata, made.network(), stored.step(), model.parts());
  }

  /// Measures averages by as many samples of the run's sampler as enter its metrics.
  public Map<Made, Quality> measure(Engine engine, List<Made> averages, Reporter reporter) throws IOException {
    ExperimentConfig config = model.config();
    model.requireSpaceOfData("average --measure");
    DataSet all = config.data().load(config.seed());
    DataSet data = model.training(all);
    EvaluateStage stage = new EvaluateStage(model, data);
    Optional<HeldOutLoss> heldOut =
        model
            .others(all)
            .map(
                others ->
                    new HeldOutLoss(
                        engine, model.diffuser(), config.objective().objective(), others.points(),
                        config.seed() + TrainStage.HELD_OUT));
    Map<Made, Quality> measured = new LinkedHashMap<>();
    for (Made made : averages) {
      Model settled = model.settled(engine, made.network(), reporter::line, () -> all);
      float[] samples =
          settled.diffuser().sample(
              engine, made.network(), settled.config().sampler().sampler(), config.evaluate().samples(), config.seed());
      Map<String, MetricValue> metrics = stage.evaluate("width " + made.width(), samples, reporter);
      measured.put(
          made,
          new Quality(
              Optional.ofNullable(metrics.get(Evaluator.SLICED_WASSERSTEIN_2)), heldOut.map(loss -> loss.of(made.network()))));
    }
    return measured;
  }
}
