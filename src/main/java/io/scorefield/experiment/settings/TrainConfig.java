package io.scorefield.experiment.settings;

import io.scorefield.config.Setting;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.train.TrainingOptions;

/// The training.
public record TrainConfig(
    @Setting(
            doc = "Optimiser steps. 0: as many as 'epochs' says.",
            value = "0",
            min = 0,
            max = 1e12)
        long steps,
    @Setting(
            doc = "Passes over the data, where 'steps' is 0.",
            value = "100",
            min = 0,
            max = 1e9)
        long epochs,
    @Setting(doc = "Examples of one step.", value = "256", min = 1, max = TrainingPlan.MAX_BATCH)
        int batch,
    @Setting(doc = "Adam's learning rate.", value = "1e-3", min = 0, aboveMin = true)
        double learningRate,
    @Setting(doc = "How the learning rate falls: not at all, or as a cosine to 0.", value = "none")
        TrainingOptions.Decay decay,
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
            doc = "Decay of the moving average of the weights that is sampled with. 0: none.",
            value = "0",
            min = 0,
            max = 0.9999999)
        double emaDecay,
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
        long checkpointEvery) {

  /// Whether there is no step to do, whatever the data.
  public boolean isNone() {
    return steps == 0 && epochs == 0;
  }

  /// Steps in total for a data set of the given size; an epoch that ends within a batch counts whole.
  public long totalSteps(int points) {
    return steps > 0 ? steps : Math.ceilDiv(Math.multiplyExact(epochs, points), batch);
  }

  public TrainingOptions options(Objective objective, int points, long seed) {
    double clip = maxGradientNorm == 0 ? Double.POSITIVE_INFINITY : maxGradientNorm;
    AdamOptions adam = new AdamOptions(beta1, beta2, epsilon, clip, emaDecay);
    return new TrainingOptions(
        totalSteps(points), batch, learningRate, decay, adam, objective, seed);
  }
}
