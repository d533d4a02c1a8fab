package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.util.ArrayList;
import java.util.List;

/// The steps of another sampler, each followed by steps of {@link Langevin}'s dynamics at the level that it reached.
///
/// Corrections bring states back to the distribution that the score describes, and so mend what a step got wrong: its
/// discretisation, or a guidance that is an approximation at high noise.
///
/// Source: the predictor-corrector samplers of Song et al. 2021 (arXiv 2011.13456), algorithms 3 and 5. Their step
/// 2 alpha (r |z| / |score|)^2 with a signal-to-noise ratio r has, for |score| as large as it is in the mean, |z|/sigma, the
/// size 4 r^2 here.
///
/// @param predictor the steps
/// @param corrections after every step that does not end with the data
/// @param size of a correction in units of sigma^2, above 0 and at most 1
public record PredictorCorrector(Sampler predictor, int corrections, double size) implements Sampler {
  private static final long MOST_ROWS = 200_000;

  public PredictorCorrector {
    if (corrections < 1 || corrections > 1000) {
      throw new IllegalArgumentException("cannot correct a step " + corrections + " times");
    }
    if (!(size > 0 && size <= 1)) {
      throw new IllegalArgumentException("the size of a correction is " + size + "; it must be above 0 and at most 1");
    }
  }

  /// With the steps of the reverse process.
  ///
  /// @param steps of it; 0: every level of a discrete schedule
  public PredictorCorrector(int steps, int corrections, double size) {
    this(new ReverseProcess(TimeGrid.uniform(steps)), corrections, size);
  }

  /// The size of a correction for Song's ratio of signal to noise r.
  public static double sizeOfSignalToNoise(double ratio) {
    return 4 * ratio * ratio;
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    StepProgram predictions = predictor.compile(diffuser);
    if (predictions.rows().size() * (1L + corrections) > MOST_ROWS) {
      throw new IllegalArgumentException(
          predictions.rows().size() + " steps with " + corrections + " corrections each are more than "
              + MOST_ROWS + " updates; use fewer of them");
    }
    Langevin langevin = new Langevin(size);
    List<StepRow> rows = new ArrayList<>();
    int draws = 0;
    for (StepRow row : predictions.rows()) {
      rows.add(row);
      if (!row.endsStep() || row.timeAfter() == 0) {
        continue;
      }
      for (int i = 0; i < corrections; i++) {
        rows.add(langevin.row(diffuser, row.timeAfter(), draws++));
      }
    }
    return predictions.withRows(rows);
  }
}
