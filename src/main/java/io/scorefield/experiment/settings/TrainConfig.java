package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Setting;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.WeightAverage;
import io.scorefield.train.TrainingOptions;

/// The training.
public record TrainConfig(
    @Setting(
            doc = "Optimiser steps. 0 is not none but as many as 'epochs' says: a run without a training needs 'epochs: 0' too.",
            value = "0",
            min = 0,
            max = 1e12)
        long steps,
    @Setting(
            doc = "Passes over the data, where 'steps' is 0; not read where it is not.",
            value = "100",
            min = 0,
            max = 1e9)
        long epochs,
    @Setting(doc = "Examples of one step.", value = "256", min = 1, max = TrainingPlan.MAX_BATCH)
        int batch,
    @Setting(
            doc =
                "Batches whose gradients' mean one optimiser step takes. The same, to the bit, as a batch so many times as large: the "
                    + "engines take a batch in parts as memory allows.",
            value = "1",
            min = 1,
            max = TrainingPlan.MAX_BATCH)
        int accumulate,
    @Setting(doc = "Adam's learning rate.", value = "1e-3", min = 0, aboveMin = true)
        double learningRate,
    @Setting(
            doc =
                "How the learning rate falls after the warm-up: not at all, as a cosine to 0 at the last step, or from "
                    + "'decay-start' on as the inverse square root of the step, which does not depend on how many there are.",
            value = "none")
        TrainingOptions.Decay decay,
    @Setting(
            doc = "Steps over which the learning rate rises in a line from next to 0.",
            value = "0",
            min = 0,
            max = 1e12)
        long warmUp,
    @Setting(
            doc = "The step from which the inverse square root falls. 0: the end of the warm-up.",
            value = "0",
            min = 0,
            max = 1e12)
        long decayStart,
    @Setting(doc = "Adam's decay of the first moment.", value = "0.9", min = 0, max = 0.999999)
        double beta1,
    @Setting(doc = "Adam's decay of the second moment.", value = "0.999", min = 0, max = 0.999999999)
        double beta2,
    @Setting(doc = "Adam's epsilon.", value = "1e-8", min = 0, aboveMin = true) double epsilon,
    @Setting(
            doc = "Gradients are scaled down to this norm. 0: never.",
            value = "0",
            min = 0)
        double maxGradientNorm,
    @Setting(
            doc =
                "Decay of the moving average of the weights that is sampled with, in step k at most (1 + k) / (10 + k). 0: none.",
            value = "0",
            min = 0,
            max = 0.9999999)
        double emaDecay,
    @Setting(
            doc =
                "In its place an average by a power of the step, whose standard deviation is this share of the training so "
                    + "far (Karras et al. 2024, who use 0.05 to 0.15). 0: none.",
            value = "0",
            min = 0,
            max = 0.2886)
        double emaWidth,
    @Setting(
            doc =
                "Snapshots of that average that are kept over the training, in the run's folder: scorefield average makes averages "
                    + "of other widths of them. 0: none.",
            value = "0",
            min = 0,
            max = 10000)
        int emaSnapshots,
    @Setting(
            doc =
                "Share of the points that is not trained on. Their loss is in metrics.csv and the plot of the loss, and the "
                    + "checkpoint of the least of it is kept as best.safetensors.",
            value = "0",
            min = 0,
            max = 0.5)
        double heldOut,
    @Setting(
            doc = "A checkpoint is written every so many steps. 0: ten times during the training.",
            value = "0",
            min = 0,
            max = 1e12)
        long checkpointEvery)
    implements Checked {
  @Override
  public void check() {
    if ((long) batch * accumulate > TrainingPlan.MAX_BATCH) {
      throw new IllegalArgumentException(
          "train.accumulate: " + accumulate + " batches of " + batch + " are " + (long) batch * accumulate
              + " examples a step; at most " + TrainingPlan.MAX_BATCH + " are possible");
    }
    if (emaSnapshots > 0 && emaWidth == 0) {
      throw new IllegalArgumentException(
          "train.ema-snapshots are of the average by a power of the step; set train.ema-width, for example to 0.05");
    }
    if (emaDecay > 0 && emaWidth > 0) {
      throw new IllegalArgumentException("train.ema-decay and train.ema-width are two kinds of average; set one of them to 0");
    }
    if (decay != TrainingOptions.Decay.INVERSE_SQUARE_ROOT && decayStart > 0) {
      throw new IllegalArgumentException("train.decay-start goes with train.decay: inverse-square-root");
    }
    if (decay == TrainingOptions.Decay.INVERSE_SQUARE_ROOT && warmUp == 0 && decayStart == 0) {
      throw new IllegalArgumentException(
          "train.decay: inverse-square-root falls from a step on: set train.decay-start or train.warm-up, for example to 1000");
    }
  }

  /// Whether there is no step to do, whatever the data.
  public boolean isNone() {
    return steps == 0 && epochs == 0;
  }

  /// Examples of an optimiser step.
  public int examplesPerStep() {
    return batch * accumulate;
  }

  /// Steps in total for a data set of the given size; an epoch that ends within a batch counts whole.
  public long totalSteps(int points) {
    return steps > 0 ? steps : Math.ceilDiv(Math.multiplyExact(epochs, points), examplesPerStep());
  }

  public TrainingOptions options(Objective objective, int points, long seed) {
    double clip = maxGradientNorm == 0 ? Double.POSITIVE_INFINITY : maxGradientNorm;
    WeightAverage average =
        emaWidth > 0 ? WeightAverage.Power.ofWidth(emaWidth) : WeightAverage.exponential(emaDecay);
    AdamOptions adam = new AdamOptions(beta1, beta2, epsilon, clip, average);
    return new TrainingOptions(
        totalSteps(points), examplesPerStep(), learningRate, decay, warmUp, decayStart, adam, objective, seed);
  }
}
