package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.OwnSteps;
import io.scorefield.engine.Engine;
import io.scorefield.engine.SampleSink;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.SamplerConfig;
import io.scorefield.io.PointWriter;
import io.scorefield.network.Network;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.Locale;
import java.util.function.IntConsumer;

/// Samples whose steps each chooses for itself, written to a file.
public final class OwnStepsStage {
  /// Samples that are made together; none depends on it.
  private static final int BLOCK = 4096;

  private final Engine engine;
  private final Model model;
  private final Network network;
  private final OwnSteps steps;

  /// @throws ConfigException when the model has no such samples, with the reason
  public OwnStepsStage(Engine engine, Model model, Network network) {
    this.engine = engine;
    this.model = model;
    this.network = network;
    model.requireSpaceOfData("--per-sample");
    model.requireSharedConditions("--per-sample");
    if (!(model.config().sampler() instanceof SamplerConfig.Adaptive adaptive)) {
      throw new ConfigException("--per-sample is of adaptive steps: add --sampler adaptive");
    }
    if (!(model.plain() instanceof Guidance.None)) {
      throw new ConfigException("--per-sample does not sample without conditions; give the network those that it is told, by --condition");
    }
    if (model.diffuser().annealing().isPresent()) {
      throw new ConfigException("--per-sample does not anneal: a condition would change at levels that samples do not share");
    }
    steps = new OwnSteps(adaptive.tolerance(), adaptive.frame(), adaptive.clip(), adaptive.denoise());
    try {
      steps.require(model.diffuser());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  /// Streams samples to a .npy or .csv file, in data units, and tells what they cost.
  ///
  /// @throws StoppedException when the user stops; the file is not written
  public void write(Path file, long seed, long first, long count, Reporter reporter) throws IOException {
    reporter.keeps("the samples being made are not written", () -> {});
    IntSummaryStatistics costs = new IntSummaryStatistics();
    try (PointWriter writer = PointWriter.open(file, count, model.layout().startingAt(first))) {
      sample(
          seed, first, count, costs::accept,
          (from, size, block) -> {
            writer.write(block, size);
            long done = from + size - first;
            reporter.progress("sample plain", done, count, "samples", "");
            if (reporter.stopRequested() && done < count) {
              throw new StoppedException("stopped; the samples were not written");
            }
          });
      writer.commit();
    }
    reporter.line(
        String.format(
            Locale.ROOT, "adaptive sampler: steps of each sample's own for the tolerance %s, %.1f evaluations in the mean, %d to %d",
            steps.tolerance(), costs.getAverage(), costs.getMin(), costs.getMax()));
  }

  /// Hands samples first .. first + count - 1 of a seed to a sink, block by block.
  ///
  /// @param costs takes the evaluations of the network of every sample
  /// @param sink takes [.., D] in data units, less the origin of the model's layout
  /// @throws ConfigException where a sample cannot be made, with the reason
  /// @throws IOException what the sink throws
  public void sample(long seed, long first, long count, IntConsumer costs, SampleSink sink) throws IOException {
    for (long done = 0; done < count; ) {
      int size = (int) Math.min(BLOCK, count - done);
      OwnSteps.Made made;
      try {
        made = steps.make(model.diffuser(), engine, network, seed, first + done, size);
      } catch (IllegalArgumentException e) {
        throw new ConfigException(e.getMessage(), e);
      }
      sink.accept(first + done, size, made.points());
      Arrays.stream(made.evaluations()).forEach(costs);
      done += size;
    }
  }
}
