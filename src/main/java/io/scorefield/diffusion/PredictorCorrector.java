package io.scorefield.diffusion;

import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/// Steps of the reverse SDE (Euler and Maruyama's, or DDPM's where the schedule is discrete), each followed by Langevin
/// corrections at the level that it reached:
///
/// ```
/// x <- x + size/2 sigma^2 score + sqrt(size) sigma z,   sigma^2 score = alpha x0hat - x
/// ```
///
/// Corrections bring states back to the distribution that the score describes, and so mend what a step got wrong: its
/// discretisation, or a guidance that is an approximation at high noise. They are the more exact the smaller they are:
/// the variance of data that are one point is too large by size/4, that of broad data by less.
///
/// Source: the predictor-corrector samplers of Song et al. 2021 (arXiv 2011.13456), algorithms 3 and 5, with a step in
/// units of sigma^2 instead of one chosen from norms, so that a sample depends on no other.
///
/// @param steps of the reverse SDE; 0: every level of a discrete schedule
/// @param corrections after every step that does not end at level 0
/// @param size of a correction, above 0 and at most 1
public record PredictorCorrector(int steps, int corrections, double size) implements Sampler {
  private static final long MOST_ROWS = 200_000;

  public PredictorCorrector {
    if (corrections < 1 || corrections > 1000) {
      throw new IllegalArgumentException("cannot correct a step " + corrections + " times");
    }
    if (!(size > 0 && size <= 1)) {
      throw new IllegalArgumentException("the size of a correction is " + size + "; it must be above 0 and at most 1");
    }
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    NoiseSchedule schedule = diffuser.schedule();
    Sampler predictor =
        schedule instanceof DiscreteSchedule
            ? new AncestralSampler(steps, 1)
            : new EulerMaruyamaSampler(steps);
    StepProgram predictions = predictor.compile(diffuser);
    if (predictions.rows().size() * (1L + corrections) > MOST_ROWS) {
      throw new IllegalArgumentException(
          predictions.rows().size() + " steps with " + corrections + " corrections each are more than "
              + MOST_ROWS + " updates; use fewer of them");
    }
    List<StepRow> rows = new ArrayList<>();
    int draws = 0;
    for (StepRow row : predictions.rows()) {
      rows.add(row);
      double t = row.timeAfter();
      if (!row.endsStep() || t == 0) {
        continue;
      }
      double alpha = schedule.alpha(t);
      double sigma = schedule.sigma(t);
      Parameterization.Coefficients c = diffuser.coefficients(t);
      for (int i = 0; i < corrections; i++) {
        rows.add(
            Sampler.row(diffuser, t, t)
                .state(1 + size / 2 * (alpha * c.x0FromX() - 1))
                .output(size / 2 * alpha * c.x0FromOutput())
                .noise(Math.sqrt(size) * sigma, draws++)
                .role(RowRole.CORRECTION)
                .stream(NoiseStream.CORRECTOR)
                .build());
      }
    }
    return predictions.withRows(rows);
  }
}
