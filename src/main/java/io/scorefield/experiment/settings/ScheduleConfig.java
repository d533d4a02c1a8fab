package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.schedule.CosineSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.RectifiedFlow;
import io.scorefield.schedule.SigmoidSchedule;
import io.scorefield.schedule.SubVariancePreserving;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;

/// The noise schedule.
public sealed interface ScheduleConfig
    permits ScheduleConfig.Cosine,
        ScheduleConfig.Linear,
        GivenScheduleConfig,
        LearnedScheduleConfig,
        ScheduleConfig.Vp,
        ScheduleConfig.Ve,
        ScheduleConfig.SubVp,
        ScheduleConfig.Edm,
        ScheduleConfig.Straight,
        ScheduleConfig.CosineFlow,
        ScheduleConfig.Sigmoid {
  NoiseSchedule schedule();

  @Kind(value = "cosine", doc = "Discrete cosine schedule.", source = "Nichol and Dhariwal 2021, arXiv 2102.09672, equation 17")
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

  @Kind(value = "linear", doc = "Discrete schedule with linearly rising beta.", source = "Ho et al. 2020, arXiv 2006.11239, section 4")
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

  @Kind(value = "vp", doc = "Variance-preserving SDE with linear beta(t).", source = "Song et al. 2021, arXiv 2011.13456, equation 11")
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

  @Kind(value = "ve", doc = "Variance-exploding SDE with geometric sigma(t).", source = "Song et al. 2021, arXiv 2011.13456, equation 9")
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

  @Kind(
      value = "sub-vp",
      doc = "Sub-variance-preserving SDE: vp's drift with less noise, sigma = 1 - alpha^2.",
      source = "Song et al. 2021, arXiv 2011.13456, equation 14")
  record SubVp(
      @Setting(doc = "beta at t = 0.", value = "0.1", min = 0) double betaMin,
      @Setting(doc = "beta at t = 1.", value = "20", min = 0, aboveMin = true) double betaMax,
      @Setting(
              doc = "The smallest time that is trained on and sampled at.", value = "1e-3", min = 0, max = 0.999, aboveMin = true)
          double start)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return new SubVariancePreserving(betaMin, betaMax, start);
    }
  }

  @Kind(
      value = "edm",
      doc = "The noise is its own time, sigma = t with alpha = 1, and ln(sigma) is normal in training. Usually with objective.predict: edm.",
      source = "Karras et al. 2022, arXiv 2206.00364, table 1")
  record Edm(
      @Setting(doc = "The least sigma.", value = "0.002", min = 0, aboveMin = true) double sigmaMin,
      @Setting(doc = "The largest.", value = "80", min = 0, aboveMin = true) double sigmaMax,
      @Setting(doc = "Mean of ln(sigma) in training. The paper's data have the deviation 0.5; for deviation 1, as standardised data have, this is -0.5.", value = "-1.2") double logMean,
      @Setting(doc = "Its deviation.", value = "1.2", min = 0, aboveMin = true) double logDeviation)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return new KarrasSchedule(sigmaMin, sigmaMax, logMean, logDeviation);
    }
  }

  @Kind(
      value = "rectified-flow",
      doc = "Straight lines from data to noise, alpha = 1 - t and sigma = t. Usually with objective.predict: velocity.",
      source = "Liu, Gong and Liu 2023, arXiv 2209.03003; Lipman et al. 2023, arXiv 2210.02747")
  record Straight(
      @Setting(
              doc = "The smallest time that is trained on and sampled at.", value = "1e-3", min = 0, max = 0.999, aboveMin = true)
          double start,
      @Setting(doc = "The largest; at 1 nothing is left of the data.", value = "1", min = 0, max = 1, aboveMin = true)
          double end)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return new RectifiedFlow(start, end);
    }
  }

  @Kind(
      value = "cosine-flow",
      doc = "The cosine schedule in continuous time; with the offset 0 the trigonometric interpolant alpha = cos(pi t/2), sigma = sin(pi t/2).",
      source = "Nichol and Dhariwal 2021, arXiv 2102.09672; Albergo and Vanden-Eijnden 2023, arXiv 2209.15571")
  record CosineFlow(
      @Setting(doc = "Offset s.", value = "0.008", min = 0, max = 1) double offset,
      @Setting(
              doc = "The smallest time that is trained on and sampled at.", value = "1e-3", min = 0, max = 0.999, aboveMin = true)
          double start,
      @Setting(doc = "The largest; at 1 nothing is left of the data.", value = "0.995", min = 0, max = 1, aboveMin = true)
          double end)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return new CosineSchedule(offset, start, end);
    }
  }

  @Kind(
      value = "sigmoid",
      doc = "The sigmoid schedule in continuous time.",
      source = "Jabri, Fleet and Chen 2022, arXiv 2212.11972, algorithm 3")
  record Sigmoid(
      @Setting(doc = "tau: the smaller, the more times have neither little noise nor much.", value = "1", min = 0.05, max = 100) double temperature,
      @Setting(
              doc = "The smallest time that is trained on and sampled at.", value = "1e-3", min = 0, max = 0.999, aboveMin = true)
          double start,
      @Setting(doc = "The largest; at 1 nothing is left of the data.", value = "0.9998", min = 0, max = 1, aboveMin = true)
          double end)
      implements ScheduleConfig {
    @Override
    public NoiseSchedule schedule() {
      return new SigmoidSchedule(temperature, start, end);
    }
  }
}
