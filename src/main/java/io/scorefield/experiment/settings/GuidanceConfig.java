package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.diffusion.ClassifierFree;
import io.scorefield.diffusion.ConditionedLaw;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Projection;
import java.util.List;

/// One way to guide samples to the law; its name becomes part of file names.
public sealed interface GuidanceConfig extends Checked {
  String name();

  /// The guidance in an experiment.
  ///
  /// @param inverse the measurements' noise is the tolerance where none is given
  Guidance guidance(InverseConfig inverse);

  /// The same where methods may refer to each other.
  ///
  /// @param all methods of the experiment
  default Guidance guidance(InverseConfig inverse, List<GuidanceConfig> all) {
    return guidance(inverse);
  }

  /// The tolerance of a law where none is given.
  double TOLERANCE = 0.02;

  private static double tolerance(double given, InverseConfig inverse) {
    return given > 0 ? given : inverse.present() ? inverse.noise() : TOLERANCE;
  }

  String SIGMA_Y =
      "Tolerance of the law, in units of its residual. 0: the noise of 'inverse' where there are measurements, else 0.02.";

  @Override
  default void check() {
    if (!name().matches("[a-z0-9][a-z0-9.-]{0,63}") || name().equals("plain")) {
      throw new IllegalArgumentException(
          "a guidance is named with lower-case letters, digits, dots and hyphens, and not 'plain'; "
              + "got '" + name() + "'");
    }
  }

  String NAME = "Name in files, tables and plots.";

  @Kind(
      value = "classifier-free",
      doc = "Towards the conditions of the samples: the network is evaluated with and without them. docs/conditioning.md.",
      source = "Ho and Salimans 2022, arXiv 2207.12598, equation 6")
  record ClassifierFreeConfig(
      @Setting(doc = NAME, value = "classifier-free") String name,
      @Setting(
              doc =
                  "w of the score (1 + w) s(x, c) - w s(x): 0 is the conditional model, -1 the one without conditions. Where a "
                      + "paper writes s(x) + gamma (s(x, c) - s(x)), gamma = 1 + w.",
              value = "1",
              min = -1)
          double weight,
      @Setting(
              doc =
                  "Name of another method of the list that guides to the laws; this one then does both. The law's gradient goes "
                      + "through the conditional evaluation alone. Empty: no laws.",
              value = "''")
          String with)
      implements GuidanceConfig {
    @Override
    public Guidance guidance(InverseConfig inverse) {
      return new ClassifierFree(weight);
    }

    @Override
    public Guidance guidance(InverseConfig inverse, List<GuidanceConfig> all) {
      if (with.isBlank()) {
        return guidance(inverse);
      }
      Guidance law =
          all.stream()
              .filter(method -> method.name().equals(with))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "guidance '" + name + "': there is no other method '" + with + "'; there are "
                              + all.stream().map(GuidanceConfig::name).filter(other -> !other.equals(name)).toList()))
              .guidance(inverse);
      if (!law.usesLaws()) {
        throw new IllegalArgumentException("guidance '" + name + "': '" + with + "' does not guide to laws");
      }
      return new ConditionedLaw(new ClassifierFree(weight), law);
    }
  }

  @Kind(value = "literal", doc = "x <- x - step * grad |r(x0hat)|: the exercise taken literally.")
  record Literal(
      @Setting(doc = NAME, value = "literal") String name,
      @Setting(doc = "Step size lambda.", value = "1", min = 0, aboveMin = true) double step,
      @Setting(
              doc = "Where the gradient is taken: the state before the step, or the one corrected after it.",
              value = "corrected")
          Guidance.At at)
      implements GuidanceConfig {
    @Override
    public Guidance guidance(InverseConfig inverse) {
      return new Guidance.Literal(step, at);
    }
  }

  @Kind(
      value = "likelihood", doc = "Score of a Gaussian likelihood of the residual.",
      source = "Rozet and Louppe 2023, arXiv 2306.10574, equation 15")
  record Likelihood(
      @Setting(doc = NAME, value = "likelihood") String name,
      @Setting(
              doc = SIGMA_Y,
              value = "0",
              min = 0)
          double sigmaY,
      @Setting(
              doc = "Variance of x_0 given x_t, in units of sigma^2/alpha^2.",
              value = "1",
              min = 0)
          double gamma,
      @Setting(
              doc = "Iterations of the solver at most; as many as the law has residuals are exact.",
              value = "20",
              min = 1,
              max = 100000)
          int iterations)
      implements GuidanceConfig {
    @Override
    public Guidance guidance(InverseConfig inverse) {
      return new Guidance.Likelihood(GuidanceConfig.tolerance(sigmaY, inverse), gamma, iterations);
    }
  }

  @Kind(
      value = "posterior",
      doc = "Score of a Gaussian likelihood whose covariance goes through the network's Jacobian.",
      source = "Rozet et al. 2024, arXiv 2405.13712, equations 19 to 21")
  record Posterior(
      @Setting(doc = NAME, value = "posterior") String name,
      @Setting(
              doc = SIGMA_Y,
              value = "0",
              min = 0)
          double sigmaY,
      @Setting(
              doc = "Iterations of the solver; each goes back through the network once. One a residual is exact.",
              value = "5",
              min = 1,
              max = 1000)
          int iterations)
      implements GuidanceConfig {
    @Override
    public Guidance guidance(InverseConfig inverse) {
      return new Guidance.Posterior(GuidanceConfig.tolerance(sigmaY, inverse), iterations);
    }
  }

  @Kind(
      value = "dps", doc = "Diffusion posterior sampling: x <- x - zeta * grad |r(x0hat)|.",
      source = "Chung et al. 2023, arXiv 2209.14687, algorithm 1")
  record Dps(
      @Setting(doc = NAME, value = "dps") String name,
      @Setting(doc = "Step size zeta.", value = "0.1", min = 0, aboveMin = true) double zeta)
      implements GuidanceConfig {
    @Override
    public Guidance guidance(InverseConfig inverse) {
      return new Guidance.Dps(zeta);
    }
  }

  @Kind(
      value = "projection", doc = "Projection of x0hat in every step, or of the final sample only.",
      source = "Wang, Yu and Zhang 2022, arXiv 2212.00490, algorithm 2")
  record ProjectionConfig(
      @Setting(doc = NAME, value = "projection") String name,
      @Setting(doc = "Project the final sample only.", value = "false") boolean finalOnly,
      @Setting(
              doc = "Newton sweeps of one projection; 1 is exact for a circle.",
              value = "1",
              min = 1,
              max = 1000)
          int sweeps,
      @Setting(
              doc = "Iterations of a sweep at most; as many as there are residuals are exact.",
              value = "100",
              min = 1,
              max = 100000)
          int iterations,
      @Setting(
              doc =
                  "How a step goes on from the projected x0hat: with fresh noise only, or as DDPM does, by the posterior of x_s "
                      + "given x_t and it.",
              value = "fresh")
          Projection.Noise noise,
      @Setting(
              doc =
                  "How often each step is taken: between, it is gone back with fresh noise. More than once, what is not known "
                      + "of a point comes to fit what is (RePaint).",
              value = "1",
              min = 1,
              max = 1000)
          int resampling)
      implements GuidanceConfig {
    @Override
    public Guidance guidance(InverseConfig inverse) {
      return new Projection(finalOnly, sweeps, iterations, noise, resampling);
    }
  }
}
