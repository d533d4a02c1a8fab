package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.diffusion.Spacing;
import io.scorefield.diffusion.TimeGrid;
import java.util.List;

/// The noise levels that a sampler goes through. Every sampler takes any of them.
public sealed interface GridConfig {
  /// The levels.
  ///
  /// @param steps how many; not read where the levels are given one by one
  TimeGrid grid(int steps);

  @Kind(value = "uniform", doc = "Equal steps of t.")
  record Uniform() implements GridConfig {
    @Override
    public TimeGrid grid(int steps) {
      return TimeGrid.uniform(steps);
    }
  }

  @Kind(
      value = "quadratic",
      doc = "t grows with the square of what is left of the way: more levels of little noise.",
      source = "Song, Meng and Ermon 2021, arXiv 2010.02502, appendix D.2")
  record Quadratic() implements GridConfig {
    @Override
    public TimeGrid grid(int steps) {
      return new TimeGrid.Spaced(new Spacing.Quadratic(), steps);
    }
  }

  @Kind(
      value = "log-snr",
      doc = "Equal steps of ln(alpha^2/sigma^2).",
      source = "Lu et al. 2022, arXiv 2206.00927, section 3.4")
  record LogSnr() implements GridConfig {
    @Override
    public TimeGrid grid(int steps) {
      return new TimeGrid.Spaced(new Spacing.LogSnr(), steps);
    }
  }

  @Kind(
      value = "karras",
      doc = "Equal steps of (sigma/alpha)^(1/rho): the larger rho, the more levels of little noise.",
      source = "Karras et al. 2022, arXiv 2206.00364, equation 5")
  record Karras(@Setting(doc = "rho.", value = "7", min = 1, max = 100) double rho) implements GridConfig {
    @Override
    public TimeGrid grid(int steps) {
      return new TimeGrid.Spaced(new Spacing.Karras(rho), steps);
    }
  }

  @Kind(value = "given", doc = "Levels one by one; sampler.steps is then not read.")
  record Given(
      @Setting(
              doc = "Noise levels t that fall, from the schedule's last down; a step to the data is added by samplers that make one.",
              min = 0,
              aboveMin = true)
          List<Double> levels)
      implements GridConfig {
    @Override
    public TimeGrid grid(int steps) {
      return new TimeGrid.Given(levels);
    }
  }
}
