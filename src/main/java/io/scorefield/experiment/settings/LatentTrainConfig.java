package io.scorefield.experiment.settings;

import io.scorefield.config.Setting;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.WeightAverage;
import io.scorefield.train.TrainingOptions;

/// The training of an autoencoder.
public record LatentTrainConfig(
    @Setting(doc = "Optimiser steps.", value = "5000", min = 1, max = 1e12) long steps,
    @Setting(doc = "Examples of one step.", value = "128", min = 1, max = TrainingPlan.MAX_BATCH) int batch,
    @Setting(doc = "Adam's learning rate at first; it falls as a cosine to 0.", value = "1e-3", min = 0, aboveMin = true)
        double learningRate,
    @Setting(doc = "Gradients are scaled down to this norm. 0: never.", value = "0", min = 0) double maxGradientNorm,
    @Setting(
            doc = "Decay of the moving average of the weights that codes are made with. 0: none.",
            value = "0",
            min = 0,
            max = 0.9999999)
        double emaDecay) {
  /// @param seed of the weights, the order of the data and the noise
  public TrainingOptions options(long seed) {
    double clip = maxGradientNorm == 0 ? Double.POSITIVE_INFINITY : maxGradientNorm;
    AdamOptions adam = new AdamOptions(0.9, 0.999, 1e-8, clip, WeightAverage.exponential(emaDecay));
    return new TrainingOptions(
        steps, batch, learningRate, TrainingOptions.Decay.COSINE, adam, new Objective(Weighting.NONE, Objective.Reduction.MEAN), seed);
  }
}
