package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.diffusion.AdamsBashforthSampler;
import io.scorefield.diffusion.AdaptiveGrid;
import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.AnnealedLangevinSampler;
import io.scorefield.diffusion.ChurnSampler;
import io.scorefield.diffusion.Clipped;
import io.scorefield.diffusion.ConsistencySampler;
import io.scorefield.diffusion.EulerMaruyamaSampler;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.diffusion.FlowSampler;
import io.scorefield.diffusion.FlowScheme;
import io.scorefield.diffusion.GradientEstimationSampler;
import io.scorefield.diffusion.MultistepSolver;
import io.scorefield.diffusion.PredictorCorrector;
import io.scorefield.diffusion.ReverseProcess;
import io.scorefield.diffusion.Sampler;
import io.scorefield.diffusion.TimeGrid;
import java.util.Arrays;

/// The reverse process.
public sealed interface SamplerConfig
    permits DdpmConfig,
        SamplerConfig.Ddim,
        SamplerConfig.EulerMaruyama,
        SamplerConfig.Euler,
        SamplerConfig.Heun,
        SamplerConfig.RungeKutta,
        SamplerConfig.Adaptive,
        SamplerConfig.DpmSolver,
        SamplerConfig.AdamsBashforth,
        SamplerConfig.GradientEstimation,
        SamplerConfig.Edm,
        SamplerConfig.ConsistencyModel,
        SamplerConfig.AnnealedLangevin,
        SamplerConfig.PredictorCorrected {
  /// Number of steps; 0: as many as the schedule has levels.
  int steps();

  /// The noise levels.
  GridConfig grid();

  /// Whether x0hat is kept within the range of the data.
  boolean clip();

  /// The sampler without that.
  Sampler unclipped();

  /// A sampler with the same parts, to see whether they go together before the network is known.
  default Sampler outline() {
    return sampler();
  }

  /// Whether a part of it is chosen once the network is known ({@link io.scorefield.experiment.model.Model#settled}).
  default boolean isOpen() {
    return false;
  }

  /// Network evaluations of a step.
  default long perStep() {
    return 1;
  }

  /// Network evaluations of one sample; 0: as many as the schedule has levels.
  default long evaluations() {
    return steps() * perStep();
  }

  /// The sampler.
  default Sampler sampler() {
    return clip() ? new Clipped(unclipped()) : unclipped();
  }

  String CLIP = "Keep x0hat within the range of the training points, component by component: a network that is wrong somewhere "
          + "then throws no sample far away.";
  String LEVELS = "Number of steps. 0: every level of a discrete schedule.";
  String GRID = "The noise levels.";
  String FRAME =
      "The coordinates that a step is made in: the state over the schedule's time (time; not for a discrete schedule), "
          + "x/alpha over sigma/alpha (exploding), x/(alpha + sigma) over sigma/(alpha + sigma) (straight), or "
          + "x/sqrt(alpha^2 + sigma^2) over the angle between the two (circle).";
  String DENOISE = "Whether one more step leads to the data; else samples keep the schedule's least noise.";

  @Kind(
      value = "ddim",
      doc = "DDIM, between deterministic and DDPM.",
      order = "1",
      source = "Song, Meng and Ermon 2021, arXiv 2010.02502, equation 12")
  record Ddim(
      @Setting(doc = LEVELS, value = "0", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: uniform}") GridConfig grid,
      @Setting(doc = "eta of the DDIM paper, the deviation of the noise: 0 deterministic, 1 as much as DDPM.", value = "0", min = 0, max = 1)
          double eta,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new AncestralSampler(grid.grid(steps), eta, 0);
    }
  }

  @Kind(
      value = "euler-maruyama",
      doc = "Euler-Maruyama steps of the reverse SDE.",
      order = "1 in distribution",
      source = "Song et al. 2021, arXiv 2011.13456, equation 6")
  record EulerMaruyama(
      @Setting(doc = "Number of steps.", value = "1000", min = 1, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: uniform}") GridConfig grid,
      @Setting(
              doc = "Strength of the noise, in dx = (f x - (1 + eta^2)/2 g^2 score) dt + eta g dW: 1 the reverse SDE, 0 the probability "
                  + "flow.",
              value = "1", min = 0, max = EulerMaruyamaSampler.MOST_ETA)
          double eta,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new EulerMaruyamaSampler(grid.grid(steps), eta);
    }
  }

  @Kind(
      value = "euler",
      doc = "Euler steps of the probability flow.",
      order = "1",
      source = "Song et al. 2021, arXiv 2011.13456, equation 13")
  record Euler(
      @Setting(doc = LEVELS, value = "100", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: uniform}") GridConfig grid,
      @Setting(doc = FRAME, value = "time") FlowFrame frame,
      @Setting(doc = DENOISE, value = "false") boolean denoise,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new FlowSampler(FlowScheme.EULER, frame, grid.grid(steps), denoise);
    }
  }

  @Kind(
      value = "heun",
      doc = "Heun steps of the probability flow, two evaluations each.",
      order = "2",
      source = "Karras et al. 2022, arXiv 2206.00364, algorithm 1")
  record Heun(
      @Setting(doc = LEVELS, value = "100", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: uniform}") GridConfig grid,
      @Setting(doc = FRAME, value = "time") FlowFrame frame,
      @Setting(doc = DENOISE, value = "false") boolean denoise,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new FlowSampler(FlowScheme.HEUN, frame, grid.grid(steps), denoise);
    }

    @Override
    public long perStep() {
      return 2;
    }
  }

  @Kind(
      value = "runge-kutta",
      doc = "Steps of the classical Runge-Kutta scheme for the probability flow, four evaluations each; not for a discrete schedule.",
      order = "4",
      source = "Kutta 1901; the flow as in heun")
  record RungeKutta(
      @Setting(doc = LEVELS, value = "25", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: uniform}") GridConfig grid,
      @Setting(doc = FRAME, value = "time") FlowFrame frame,
      @Setting(doc = DENOISE, value = "false") boolean denoise,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new FlowSampler(FlowScheme.RUNGE_KUTTA, frame, grid.grid(steps), denoise);
    }

    @Override
    public long perStep() {
      return 4;
    }
  }

  @Kind(
      value = "adaptive",
      doc =
          "Heun steps of the probability flow at noise levels that a pilot of fixed samples chooses, as close as the tolerance "
              + "asks for; two evaluations each.",
      order = "2",
      source = "Jolicoeur-Martineau et al. 2021, arXiv 2105.14080, section 3")
  record Adaptive(
      @Setting(
              doc = "How much a step of Heun may differ from one of Euler, as root mean square for states of deviation 1.",
              value = "1e-3", min = 1e-7, max = 1)
          double tolerance,
      @Setting(doc = FRAME, value = "circle") FlowFrame frame,
      @Setting(doc = DENOISE, value = "false") boolean denoise,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    /// Steps of the outline.
    private static final int OUTLINED = 10;

    /// The pilot that chooses the levels.
    public AdaptiveGrid pilot() {
      return new AdaptiveGrid(tolerance, frame);
    }

    /// The ordinary sampler that the pilot's levels make.
    public Heun settled(TimeGrid levels) {
      double[] all = ((TimeGrid.Given) levels).levels().stream().mapToDouble(Double::doubleValue).toArray();
      return new Heun(all.length - 1, new GridConfig.Given(Arrays.stream(all).boxed().toList()), frame, denoise, clip);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public Sampler outline() {
      return new FlowSampler(FlowScheme.HEUN, frame, TimeGrid.uniform(OUTLINED), denoise);
    }

    @Override
    public int steps() {
      return OUTLINED;
    }

    @Override
    public GridConfig grid() {
      return new GridConfig.Uniform();
    }

    @Override
    public Sampler unclipped() {
      throw new IllegalStateException("the levels of the adaptive sampler are chosen by a pilot first");
    }

    @Override
    public long perStep() {
      return 2;
    }
  }

  @Kind(
      value = "dpm-solver++",
      doc = "DPM-Solver++(2M): a multistep method for the probability flow, or with noise for the reverse SDE.",
      order = "2",
      source = "Lu et al. 2022, arXiv 2211.01095, algorithm 2")
  record DpmSolver(
      @Setting(doc = LEVELS, value = "20", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: log-snr}") GridConfig grid,
      @Setting(doc = "0 deterministic, 1 with the noise of the reverse SDE (SDE-DPM-Solver++).", value = "0", min = 0, max = 1) double eta,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new MultistepSolver(grid.grid(steps), eta);
    }
  }

  @Kind(
      value = "adams-bashforth",
      doc = "The exponential Adams-Bashforth scheme for the probability flow, a multistep method of order up to 3.",
      order = "3",
      source = "Zhang and Chen 2023, arXiv 2204.13902, equation 15")
  record AdamsBashforth(
      @Setting(doc = LEVELS, value = "20", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: log-snr}") GridConfig grid,
      @Setting(doc = "1 (DDIM) to 3.", value = "3", min = 1, max = AdamsBashforthSampler.MOST_ORDER) int order,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new AdamsBashforthSampler(grid.grid(steps), order);
    }
  }

  @Kind(
      value = "gradient-estimation",
      doc = "DDIM with the estimate of eps averaged over two steps.",
      order = "1",
      source = "Permenter and Yuan 2024, arXiv 2306.04848, section 4")
  record GradientEstimation(
      @Setting(doc = LEVELS, value = "20", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: uniform}") GridConfig grid,
      @Setting(doc = "Weight of the new estimate: 1 DDIM, 2 as in the paper.", value = "2", min = 0, max = 10, aboveMin = true) double gamma,
      @Setting(doc = "Share of noise: 0 none, 1/2 as much as DDPM.", value = "0", min = 0, max = 0.99) double mu,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new GradientEstimationSampler(grid.grid(steps), gamma, mu);
    }
  }

  @Kind(
      value = "edm",
      doc = "EDM's sampler: Heun steps over sigma/alpha, with noise added before each where churn is above 0; two evaluations each.",
      order = "2",
      source = "Karras et al. 2022, arXiv 2206.00364, algorithm 2")
  record Edm(
      @Setting(doc = LEVELS, value = "18", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: karras}") GridConfig grid,
      @Setting(doc = "S_churn, the noise added in all steps together.", value = "0", min = 0) double churn,
      @Setting(doc = "S_tmin: noise is added where sigma/alpha is at least that.", value = "0", min = 0) double least,
      @Setting(doc = "S_tmax: and at most that.", value = "1e9", min = 0) double most,
      @Setting(doc = "S_noise, the deviation of that noise.", value = "1", min = 0, max = 2, aboveMin = true) double inflation,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new ChurnSampler(grid.grid(steps), churn, least, most, inflation);
    }

    @Override
    public long perStep() {
      return 2;
    }
  }

  @Kind(
      value = "consistency",
      doc = "Of a consistency model: where the way ends, noised anew from level to level. For networks that 'distill' made.",
      source = "Song et al. 2023, arXiv 2303.01469, algorithm 1")
  record ConsistencyModel(
      @Setting(doc = LEVELS, value = "2", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: uniform}") GridConfig grid,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new ConsistencySampler(grid.grid(steps));
    }
  }

  @Kind(
      value = "langevin",
      doc = "Annealed Langevin dynamics (NCSN): steps of Langevin's dynamics at one noise level after the other.",
      order = "1 in distribution",
      source = "Song and Ermon 2019, arXiv 1907.05600, algorithm 1")
  record AnnealedLangevin(
      @Setting(doc = "Number of noise levels. 0: all of a discrete schedule.", value = "10", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: log-snr}") GridConfig grid,
      @Setting(doc = "Steps at each level, each an evaluation.", value = "100", min = 1, max = 1e5) int perLevel,
      @Setting(doc = "Size of a step, in units of sigma^2.", value = "0.1", min = 0, max = 1, aboveMin = true) double size,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    @Override
    public Sampler unclipped() {
      return new AnnealedLangevinSampler(grid.grid(steps), perLevel, size);
    }

    @Override
    public long perStep() {
      return perLevel;
    }
  }

  @Kind(
      value = "predictor-corrector",
      doc = "Steps of the reverse SDE (Euler-Maruyama; DDPM where the schedule is discrete), each followed by Langevin corrections.",
      order = "1 in distribution",
      source = "Song et al. 2021, arXiv 2011.13456, algorithms 3 and 5")
  record PredictorCorrected(
      @Setting(doc = LEVELS, value = "0", min = 0, max = 1e5) int steps,
      @Setting(doc = GRID, value = "{kind: uniform}") GridConfig grid,
      @Setting(doc = "Corrections after every step, each a network evaluation.", value = "1", min = 1, max = 1000) int corrections,
      @Setting(
              doc = "Size of a correction, in units of sigma^2: the smaller the more exact. 4 r^2 for Song's ratio of signal to noise r, "
                  + "0.1 for r = 0.16.",
              value = "0.1", min = 0, max = 1, aboveMin = true)
          double size,
      @Setting(
              doc = "The steps: those of the reverse process, or those of ddpm on any schedule (ancestral), which are exact for data of "
                  + "one point.",
              value = "reverse-process")
          Predictor predictor,
      @Setting(doc = CLIP, value = "true") boolean clip)
      implements SamplerConfig {
    /// What is corrected.
    public enum Predictor {
      REVERSE_PROCESS,
      ANCESTRAL
    }

    @Override
    public Sampler unclipped() {
      Sampler steps =
          predictor == Predictor.ANCESTRAL ? new AncestralSampler(grid.grid(steps()), 1, 0) : new ReverseProcess(grid.grid(steps()));
      return new PredictorCorrector(steps, corrections, size);
    }

    @Override
    public long perStep() {
      return 1L + corrections;
    }
  }
}
