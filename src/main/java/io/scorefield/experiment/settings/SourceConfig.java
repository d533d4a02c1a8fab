package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.DataSet;
import io.scorefield.data.Distribution;
import io.scorefield.data.Moved;
import io.scorefield.data.Rows;
import io.scorefield.diffusion.Start;
import io.scorefield.engine.StepProgram;
import io.scorefield.schedule.RectifiedFlow;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// What samples begin with.
public sealed interface SourceConfig {
  /// Where samples begin, if not with noise.
  ///
  /// @param seed of the points of a data set that is not drawn from without end
  Optional<Start> start(long seed);

  /// @throws IllegalArgumentException where an experiment asks for what such a flow does not give, with the reason
  default void require(ExperimentConfig config) {}

  /// @throws IllegalArgumentException where a program is not for such a flow, with the reason
  default void require(StepProgram program) {}

  @Kind(value = "noise", doc = "Standard normal noise.")
  record Noise() implements SourceConfig {
    @Override
    public Optional<Start> start(long seed) {
      return Optional.empty();
    }
  }

  @Kind(
      value = "data",
      doc = "Points of another distribution, on lines to the data; needs schedule.kind: rectified-flow.",
      source = "Albergo, Boffi and Vanden-Eijnden 2023, arXiv 2303.08797, definition 2.1")
  record Other(
      @Setting(doc = "The distribution, with as many components as the data; of a file, rows at random.") DataConfig data,
      @Setting(doc = "What the points are multiplied with.", value = "1", min = 0, aboveMin = true) double scale,
      @Setting(doc = "What is then added to every component.", value = "0") double shift,
      @Setting(
              doc =
                  "Noise in the middle of the lines, latent * sin^2(pi t), in units of the state: it smooths what is learned "
                      + "between the two. 0: none.",
              value = "0",
              min = 0,
              max = 100)
          double latent)
      implements SourceConfig {
    @Override
    public Optional<Start> start(long seed) {
      return Optional.of(new Start(() -> distribution(seed), latent));
    }

    private Distribution distribution(long seed) {
      try {
        DataSet points = data.load(seed);
        if (points.conditions() > 0 || !Arrays.stream(points.origin()).allMatch(o -> o == 0)) {
          throw new ConfigException("source.data: points that samples begin with can have no conditions, and no origin but 0");
        }
        Distribution drawn =
            points.source().orElseGet(() -> new Rows(points.name(), points.dimension(), points.points()));
        return scale == 1 && shift == 0 ? drawn : new Moved(drawn, scale, shift);
      } catch (IOException e) {
        throw new ConfigException("source.data: " + e.getMessage(), e);
      }
    }

    @Override
    public void require(ExperimentConfig config) {
      if (!(config.schedule().schedule() instanceof RectifiedFlow flow) || flow.end() != 1) {
        refuse("the lines that the flow is learned on are those of schedule.kind: rectified-flow with end: 1");
      }
      if (!config.data().told().isEmpty() || config.data().unnamedConditions() > 0) {
        refuse("conditions belong to the data, not to what samples begin with; leave out data.conditions");
      }
      if (config.inverse().present()) {
        refuse("a posterior given measurements is that of a prior made of noise; leave out inverse");
      }
      if (config.evaluate().likelihood() > 0 || config.evaluate().effectiveSamples() > 0) {
        refuse("the density of what samples begin with is not normal, so there is no likelihood; set evaluate.likelihood and "
            + "evaluate.effective-samples to 0");
      }
      if (config.sampler() instanceof SamplerConfig.Adaptive) {
        refuse("the pilot of sampler.kind: adaptive begins with noise; name the number of steps");
      }
      if (config.network().isFitted()) {
        refuse("networks that are fitted are so to noise; take another network.form");
      }
      if (latent > 0 && config.train().heldOut() > 0) {
        refuse("with latent noise there is no held-out loss; set train.held-out: 0");
      }
      if (config.objective().objective().usesPhysics()) {
        refuse("objective.physics.estimate is for a discrete schedule; set it to none");
      }
    }

    @Override
    public void require(StepProgram program) {
      if (program.rows().stream().anyMatch(row -> row.noise() != 0)) {
        refuse(
            "a sampler or guidance that adds noise follows the score, which a network says only where samples begin with noise; "
                + "take one without, such as euler, heun or ddim");
      }
    }

    private static void refuse(String reason) {
      throw new IllegalArgumentException("source.kind: data: " + reason);
    }
  }
}
