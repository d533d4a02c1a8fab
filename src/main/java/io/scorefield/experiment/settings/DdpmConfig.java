package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.ReverseVariance;
import io.scorefield.diffusion.Sampler;
import io.scorefield.diffusion.TimeGrid;
import java.util.List;
import java.util.Map;

/// DDPM, with the choices of its noise's variance.
@Kind(
    value = "ddpm",
    doc = "Ancestral sampling: DDPM.",
    order = "1 in distribution",
    source = "Ho et al. 2020, arXiv 2006.11239, algorithm 2; variance: learned after Bao et al. 2022, arXiv 2201.06503")
public record DdpmConfig(
    @Setting(doc = SamplerConfig.LEVELS, value = "0", min = 0, max = 1e5) int steps,
    @Setting(doc = SamplerConfig.GRID, value = "{kind: uniform}") GridConfig grid,
    @Setting(
            doc =
                "The noise's variance. A number from 0 to 1: how far it is from the least of its bounds, that of x_{t-1} given x_t "
                    + "and x_0, to the largest, beta. Or learned: that which makes the variational bound least, from the "
                    + "network's errors on the training points.",
            value = "'0'")
        String variance,
    @Setting(
            doc =
                "The variances one by one, a number a step, for states of deviation 1, in the place of these. summary.json has "
                    + "those that variance: learned found. Empty: as 'variance' says.",
            value = "[]",
            min = 0)
        List<Double> variances,
    @Setting(doc = SamplerConfig.CLIP, value = "true") boolean clip)
    implements SamplerConfig, Checked, Conditional {
  private static final String LEARNED = "learned";

  @Override
  public void check() {
    if (!isOpen() && !(share() >= 0 && share() <= 1)) {
      throw new IllegalArgumentException(
          "variance is '" + variance + "'; it must be a number from 0 to 1, or " + LEARNED);
    }
  }

  @Override
  public Map<String, String> meaningless() {
    return variances.isEmpty() ? Map.of() : Map.of("variance", "'variances' gives them one by one");
  }

  /// A number that is none where the text is none.
  private double share() {
    try {
      return Double.parseDouble(variance);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  @Override
  public boolean isOpen() {
    return variances.isEmpty() && variance.equals(LEARNED);
  }

  /// The same with variances that are known.
  public DdpmConfig settled(ReverseVariance.Given found) {
    return new DdpmConfig(steps, grid, "0", found.values(), clip);
  }

  /// The noise levels.
  public TimeGrid levels() {
    return grid.grid(steps);
  }

  @Override
  public Sampler outline() {
    return isOpen() ? new AncestralSampler(levels(), 1, 0) : sampler();
  }

  @Override
  public Sampler unclipped() {
    if (isOpen()) {
      throw new IllegalStateException("the variances of the sampler are measured first");
    }
    return variances.isEmpty()
        ? new AncestralSampler(levels(), 1, share())
        : new AncestralSampler(levels(), 1, new ReverseVariance.Given(variances));
  }
}
