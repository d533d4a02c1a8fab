package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.Clipped;
import io.scorefield.diffusion.EulerMaruyamaSampler;
import io.scorefield.diffusion.HeunSampler;
import io.scorefield.diffusion.PredictorCorrector;
import io.scorefield.diffusion.Sampler;

/// The reverse process.
public sealed interface SamplerConfig {
  /// Network evaluations of one sample; 0: as many as the schedule has levels.
  long evaluations();

  /// Whether x0hat is kept within the range of the data.
  boolean clip();

  /// The sampler without that.
  Sampler unclipped();

  /// The sampler.
  default Sampler sampler() {
    return clip() ? new Clipped(unclipped()) : unclipped();
  }

  String CLIP = "Keep x0hat within the range of the training points, component by component: a network that is wrong somewhere "
          + "then throws no sample far away.";
  String LEVELS = "Number of steps. 0: every level of a discrete schedule.";

  @Kind(value = "ddpm", doc = "Ancestral sampling (Ho et al. 2020).")
  record Ddpm(@Setting(doc = LEVELS, value = "0", min = 0, max = 1e5) int steps,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new AncestralSampler(steps, 1);
    }

    @Override
    public long evaluations() {
      return steps;
    }
  }

  @Kind(value = "ddim", doc = "DDIM (Song, Meng and Ermon 2021), between deterministic and DDPM.")
  record Ddim(
      @Setting(doc = LEVELS, value = "0", min = 0, max = 1e5) int steps,
      @Setting(doc = "eta of the DDIM paper, the deviation of the noise: 0 deterministic, 1 as much as DDPM.", value = "0", min = 0, max = 1)
          double eta,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new AncestralSampler(steps, eta);
    }

    @Override
    public long evaluations() {
      return steps;
    }
  }

  @Kind(value = "euler-maruyama", doc = "Euler-Maruyama steps of the reverse SDE.")
  record EulerMaruyama(
      @Setting(doc = "Number of steps.", value = "1000", min = 1, max = 1e5) int steps,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new EulerMaruyamaSampler(steps);
    }

    @Override
    public long evaluations() {
      return steps;
    }
  }

  @Kind(value = "heun", doc = "Heun steps of the probability-flow ODE, two evaluations each.")
  record Heun(@Setting(doc = "Number of steps.", value = "100", min = 1, max = 1e5) int steps,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new HeunSampler(steps);
    }

    @Override
    public long evaluations() {
      return 2L * steps;
    }
  }

  @Kind(
      value = "predictor-corrector",
      doc = "Steps of the reverse SDE (Euler-Maruyama; DDPM where the schedule is discrete), each followed by "
          + "Langevin corrections (Song et al. 2021).")
  record PredictorCorrected(
      @Setting(doc = LEVELS, value = "0", min = 0, max = 1e5) int steps,
      @Setting(doc = "Corrections after every step, each a network evaluation.", value = "1", min = 1, max = 1000)
          int corrections,
      @Setting(
              doc = "Size of a correction, in units of sigma^2: the smaller the more exact.", value = "0.1", min = 0, max = 1,
              aboveMin = true)
          double size,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new PredictorCorrector(steps, corrections, size);
    }

    @Override
    public long evaluations() {
      return steps * (1L + corrections);
    }
  }
}
