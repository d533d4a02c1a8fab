package io.scorefield.diffusion;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.PhysicsTerm.Loss;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.physics.Tape;
import io.scorefield.schedule.NoiseLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Projects onto the constraint: x0hat in every step, from which the step goes on as `noise` says; or only the final
/// sample.
///
/// Where the law is that some coordinates are known, this is inpainting: their part of x0hat is replaced. A single pass
/// tells the other coordinates too little of them. With resampling a step is gone back, with fresh noise, and taken again:
/// x_t = alpha_t/alpha_s x_s + sqrt(sigma_t^2 - (alpha_t/alpha_s)^2 sigma_s^2) z, the forward process from s to t.
///
/// Sources: Wang, Yu and Zhang 2022 (DDNM, arXiv 2212.00490), algorithm 2, which is noise POSTERIOR; taking steps again is
/// Lugmayr et al. 2022 (RePaint, arXiv 2201.09865), algorithm 1.
///
/// @param finalOnly whether only the final sample is projected
/// @param sweeps see {@link PhysicsTerm}
/// @param iterations see {@link PhysicsTerm}
/// @param noise of a step that does not end at noise level 0
/// @param resampling how often each step is taken, at least once
public record Projection(boolean finalOnly, int sweeps, int iterations, Noise noise, int resampling) implements Guidance {
  /// How a step goes on from the projected x0hat.
  public enum Noise {
    /// x_s = alpha_s P(x0hat) + sigma_s z: of x_t nothing else is kept. Spreads come out too narrow.
    FRESH,
    /// As DDPM does: x_s is drawn from q(x_s | x_t, x_0 = P(x0hat)).
    POSTERIOR
  }

  public Projection {
    if (resampling < 1 || (finalOnly && resampling > 1)) {
      throw new IllegalArgumentException(
          finalOnly
              ? "resampling takes the projected steps again; with final-only there are none"
              : "resampling is " + resampling + "; each step must be taken at least once");
    }
  }

  /// With fresh noise, and each step taken once.
  public Projection(boolean finalOnly, int sweeps, int iterations) {
    this(finalOnly, sweeps, iterations, Noise.FRESH, 1);
  }

  /// With the usual number of iterations.
  public Projection(boolean finalOnly, int sweeps) {
    this(finalOnly, sweeps, PhysicsTerm.ITERATIONS);
  }

  @Override
  public StepProgram apply(StepProgram plain, Diffuser diffuser) {
    List<StepRow> rows = new ArrayList<>();
    if (finalOnly) {
      rows.addAll(plain.rows());
      double end = plain.rows().isEmpty() ? 0 : plain.rows().getLast().timeAfter();
      rows.add(StepRow.builder(end, end).role(RowRole.PROJECTION).x0(1, 0).state(0).projected(1).build());
    } else {
      int step = 0;
      double from = Double.NaN;
      List<StepRow> steps = plain.rows().stream().filter(row -> row.role() != RowRole.CORRECTION).toList();
      for (StepRow row : steps) {
        from = Double.isNaN(from) ? row.time() : from;
        if (row.endsStep()) {
          // The last projection is not noised again, also where a sampler ends above level 0.
          boolean last = row == steps.getLast();
          double to = last ? 0 : row.timeAfter();
          rows.add(onwards(diffuser, from, to, step++));
          for (int again = 1; again < resampling; again++) {
            rows.add(back(diffuser, to, from, step++));
            rows.add(onwards(diffuser, from, to, step++));
          }
          from = Double.NaN;
        }
      }
    }
    return plain.withRows(rows);
  }

  /// The forward process from a noise level to a higher one.
  private static StepRow back(Diffuser diffuser, double from, double to, int step) {
    NoiseLevel low = diffuser.schedule().level(from);
    NoiseLevel high = diffuser.schedule().level(to);
    double kept = high.alpha() / low.alpha();
    double added = Math.max(0, high.sigma() * high.sigma() - kept * kept * low.sigma() * low.sigma());
    return StepRow.builder(from, to).role(RowRole.STAGE).state(kept).noise(Math.sqrt(added), step).build();
  }

  /// A step from the projected x0hat.
  private StepRow onwards(Diffuser diffuser, double from, double to, int step) {
    if (noise == Noise.FRESH || to == 0) {
      return renoised(diffuser, from, to, step);
    }
    Transition transition = Transition.of(diffuser.schedule(), from, to);
    Parameterization.Coefficients c = diffuser.coefficients(from);
    Transition.Mean mean = transition.mean(c, 1);
    // The mean in terms of x_t and x0hat, whatever the network predicts.
    double ofEstimate = mean.fromOutput() / c.x0FromOutput();
    return Sampler.row(diffuser, from, to)
        .state(mean.fromX() - ofEstimate * c.x0FromX())
        .projected(ofEstimate)
        .noise(transition.noise(1), step)
        .build();
  }

  private static StepRow renoised(Diffuser diffuser, double from, double to, int step) {
    NoiseLevel level = diffuser.schedule().level(to);
    return Sampler.row(diffuser, from, to)
        .state(0)
        .projected(level.alpha())
        .noise(level.sigma(), step)
        .build();
  }

  @Override
  public PhysicsTerm term(Tape tape) {
    return new PhysicsTerm(Optional.of(tape), Loss.HALF_SQUARE, sweeps, iterations);
  }
}
