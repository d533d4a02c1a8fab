package io.scorefield.experiment.settings;

import io.scorefield.config.Setting;
import io.scorefield.distill.Schooling;
import io.scorefield.engine.TrainingPlan;

/// How a few-step student is taught.
public record SchoolingConfig(
    @Setting(doc = "What it learns.", value = "{kind: direct}") DistillationConfig method,
    @Setting(
            doc = "Paths of the teacher that are learned from at a time; fewer where these were more than 2^26 numbers.",
            value = "65536", min = 1, max = 1e8)
        int paths,
    @Setting(
            doc = "Heun steps of the teacher from noise to data: as many for each of the student's as make about that.",
            value = "64", min = 1, max = 1e4)
        int teacherSteps,
    @Setting(doc = "Optimiser steps in all.", value = "10000", min = 1, max = 1e12) long steps,
    @Setting(doc = "Examples of one step.", value = "512", min = 1, max = TrainingPlan.MAX_BATCH) int batch,
    @Setting(doc = "Adam's learning rate, which falls as a cosine to 0.", value = "1e-3", min = 0, aboveMin = true)
        double learningRate,
    @Setting(doc = "Decay of the moving average of the weights that is kept.", value = "0.999", min = 0, max = 0.9999999)
        double emaDecay) {
  public Schooling schooling(long seed) {
    return new Schooling(paths, teacherSteps, steps, batch, learningRate, emaDecay, seed);
  }
}
