package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;

/// The noise schedule.
public sealed interface ScheduleConfig {
  NoiseSchedule schedule();

  @Kind(value = "cosine", doc = "Discrete cosine schedule (Nichol and Dhariwal 2021).")
  record Cosine(
      @Setting(doc = "Number of noise levels T.", value = "100", min = 1, max = 1e5) int steps,
      @Setting(doc = "Offset s.", value = "0.008", min = 0, max = 1) double offset,
      @Setting(
              doc = "Every beta is clipped here.",
              value = "0.999",
              min = 0,
              max = 0.999999,
              aboveMin = true)
          double maxBeta)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return DiscreteSchedule.cosine(steps, offset, maxBeta);
    }
  }

  @Kind(value = "linear", doc = "Discrete schedule with linearly rising beta (Ho et al. 2020).")
  record Linear(
      @Setting(doc = "Number of noise levels T.", value = "1000", min = 1, max = 1e5) int steps,
      @Setting(doc = "beta at t = 1.", value = "1e-4", min = 0, max = 0.999, aboveMin = true)
          double betaMin,
      @Setting(doc = "beta at t = T.", value = "0.02", min = 0, max = 0.999, aboveMin = true)
          double betaMax)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return DiscreteSchedule.linear(steps, betaMin, betaMax);
    }
  }

  @Kind(value = "vp", doc = "Variance-preserving SDE with linear beta(t) (Song et al. 2021).")
  record Vp(
      @Setting(doc = "beta at t = 0.", value = "0.1", min = 0) double betaMin,
      @Setting(doc = "beta at t = 1.", value = "20", min = 0, aboveMin = true) double betaMax,
      @Setting(
              doc = "The smallest time that is trained on and sampled at.",
              value = "1e-3",
              min = 0,
              max = 0.999,
              aboveMin = true)
          double start,
      @Setting(doc = "sigma(t) is never taken smaller.", value = "1e-5", min = 0, max = 0.999)
          double minSigma)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return new VariancePreserving(betaMin, betaMax, start, minSigma);
    }
  }

  @Kind(value = "ve", doc = "Variance-exploding SDE with geometric sigma(t) (Song et al. 2021).")
  record Ve(
      @Setting(doc = "sigma at t = 0.", value = "0.01", min = 0, aboveMin = true) double sigmaMin,
      @Setting(doc = "sigma at t = 1.", value = "20", min = 0, aboveMin = true) double sigmaMax,
      @Setting(
              doc = "The smallest time that is trained on and sampled at.",
              value = "1e-5",
              min = 0,
              max = 0.999,
              aboveMin = true)
          double start)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return new VarianceExploding(sigmaMin, sigmaMax, start);
    }
  }
}
