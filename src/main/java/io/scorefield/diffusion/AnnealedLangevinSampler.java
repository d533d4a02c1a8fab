package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.NoiseLevel;
import java.util.ArrayList;
import java.util.List;

/// Annealed {@link Langevin} dynamics: some steps at every noise level, and from each level on to the next without another
/// move than the change of scale, alpha_s/alpha_t. The score alone does everything, so many steps are needed. One evaluation a
/// step; the last row returns x0hat, the mean of what is under the least noise.
///
/// Source: Song and Ermon 2019 (NCSN, arXiv 1907.05600), algorithm 1, whose step epsilon sigma_i^2 / sigma_L^2 is the same at
/// all levels in units of sigma^2; the last row is Jolicoeur-Martineau et al. 2021 (arXiv 2009.05475), section 3.1.
///
/// @param grid the noise levels
/// @param perLevel steps at each
/// @param size of a step in units of sigma^2, above 0 and at most 1; epsilon / sigma_L^2 of the paper, there 0.2
public record AnnealedLangevinSampler(TimeGrid grid, int perLevel, double size) implements Sampler {
  private static final long MOST_ROWS = 200_000;

  public AnnealedLangevinSampler {
    new Langevin(size);
    if (perLevel < 1) {
      throw new IllegalArgumentException("there must be at least one step at a level, not " + perLevel);
    }
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    double[] levels = grid.toData(diffuser.schedule());
    if ((long) levels.length * perLevel > MOST_ROWS) {
      throw new IllegalArgumentException(
          levels.length - 1 + " levels with " + perLevel + " steps each are more than " + MOST_ROWS + "; use fewer");
    }
    Langevin langevin = new Langevin(size);
    List<StepRow> rows = new ArrayList<>();
    int draws = 0;
    for (int i = 0; i + 1 < levels.length; i++) {
      double t = levels[i];
      for (int k = 0; k < perLevel; k++) {
        rows.add(langevin.row(diffuser, t, draws++));
      }
      rows.add(next(diffuser, t, levels[i + 1]));
    }
    return Sampler.program(diffuser, rows);
  }

  private static StepRow next(Diffuser diffuser, double t, double s) {
    if (s == 0) {
      Parameterization.Coefficients c = diffuser.coefficients(t);
      return Sampler.row(diffuser, t, 0).state(c.x0FromX()).output(c.x0FromOutput()).build();
    }
    NoiseLevel from = diffuser.schedule().level(t);
    if (from.alpha() == 0) {
      throw new IllegalArgumentException(
          "Langevin's dynamics cannot begin at t = " + t + ", where alpha is 0 and states are nothing but noise; end the "
              + "schedule below");
    }
    return StepRow.builder(t, s).state(diffuser.schedule().alpha(s) / from.alpha()).build();
  }
}
