package io.scorefield.experiment.config;

import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.EulerMaruyamaSampler;
import io.scorefield.diffusion.HeunSampler;
import io.scorefield.diffusion.Sampler;

/// The reverse process.
public sealed interface SamplerConfig {
  Sampler sampler();

  /// Network evaluations of one sample; 0: as many as the schedule has levels.
  long evaluations();

  String LEVELS = "Number of steps. 0: every level of a discrete schedule.";

  @Kind(value = "ddpm", doc = "Ancestral sampling (Ho et al. 2020).")
  record Ddpm(@Setting(doc = LEVELS, value = "0", min = 0, max = 1e5) int steps)
      implements SamplerConfig {
    @Override
    public Sampler sampler() {
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
      @Setting(doc = "Share of the noise: 0 deterministic, 1 DDPM.", value = "0", min = 0, max = 1)
          double eta)
      implements SamplerConfig {
    @Override
    public Sampler sampler() {
      return new AncestralSampler(steps, eta);
    }

    @Override
    public long evaluations() {
      return steps;
    }
  }

  @Kind(value = "euler-maruyama", doc = "Euler-Maruyama steps of the reverse SDE.")
  record EulerMaruyama(
      @Setting(doc = "Number of steps.", value = "1000", min = 1, max = 1e5) int steps)
      implements SamplerConfig {
    @Override
    public Sampler sampler() {
      return new EulerMaruyamaSampler(steps);
    }

    @Override
    public long evaluations() {
      return steps;
    }
  }

  @Kind(value = "heun", doc = "Heun steps of the probability-flow ODE, two evaluations each.")
  record Heun(@Setting(doc = "Number of steps.", value = "100", min = 1, max = 1e5) int steps)
      implements SamplerConfig {
    @Override
    public Sampler sampler() {
      return new HeunSampler(steps);
    }

    @Override
    public long evaluations() {
      return 2L * steps;
    }
  }
}
