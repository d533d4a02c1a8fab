package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/// Steps of the reverse SDE (Euler and Maruyama's, or DDPM's where the schedule is discrete), each followed by Langevin
/// corrections at the level that it reached: with x0hat of the network there,
///
/// ```
/// x <- alpha x0hat + sqrt(1 - size) (x - alpha x0hat) + sqrt(size) sigma z
/// ```
///
/// which for small sizes is x + size/2 sigma^2 score + sqrt(size) sigma z, and keeps the variance of a state whose
/// x0hat is exact at any size. Corrections bring states back to the distribution that the score describes, and so
/// mend what a step got wrong: its discretisation, or a guidance that is an approximation at high noise.
///
/// Source: the predictor-corrector samplers of Song et al. 2021 (arXiv 2011.13456), algorithms 3 and 5, with a step in
/// units of sigma^2 instead of one chosen from norms, so that a sample depends on no other.
///
/// @param steps of the reverse SDE
/// @param corrections after every step that does not end at level 0
/// @param size of a correction, above 0 and at most 1: the share of the noise that is drawn anew
public record PredictorCorrector(int steps, int corrections, double size) implements Sampler {
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
      Parameterization.Coefficients c = diffuser.parameterization().at(alpha, sigma);
      double kept = Math.sqrt(1 - size);
      for (int i = 0; i < corrections; i++) {
        rows.add(
            Sampler.row(diffuser, t, t)
                .state(kept + (1 - kept) * alpha * c.x0FromX())
                .output((1 - kept) * alpha * c.x0FromOutput())
                .noise(Math.sqrt(size) * sigma, draws++)
                .stream(NoiseStream.CORRECTOR)
                .build());
      }
    }
    return new StepProgram(predictions.featureCount(), predictions.priorScale(), rows);
  }
}
