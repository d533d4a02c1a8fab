package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.NoiseLevel;
import io.scorefield.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/// DPM-Solver++(2M) and its form with noise: what is linear in x is solved exactly over lambda = ln(alpha/sigma), and x0hat is
/// a straight line through its last two values. Second order with one evaluation a step; the first step, and the one to the
/// data, are of first order.
///
/// ```
/// D   = x0hat_i + 1/(2 r) (x0hat_i - x0hat_{i-1}),   h = lambda_s - lambda_t,   r = h_before / h
/// x_s = sigma_s/sigma_t exp(-eta h) x_t + alpha_s (1 - exp(-(1 + eta) h)) D + sigma_s sqrt(1 - exp(-2 eta h)) z
/// ```
///
/// The value before is said by the saved state and the remembered output.
///
/// Source: Lu et al. 2022 (arXiv 2211.01095), algorithm 2 and, for eta = 1, SDE-DPM-Solver++(2M) in their appendix.
///
/// @param grid the noise levels; equal steps of the log-SNR in the paper
/// @param eta 0: deterministic; 1: with the noise of the reverse SDE
public record MultistepSolver(TimeGrid grid, double eta) implements Sampler {
  public MultistepSolver {
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta is " + eta + "; it must be between 0 and 1");
    }
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    NoiseSchedule schedule = diffuser.schedule();
    double[] levels = grid.toData(schedule);
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < levels.length; i++) {
      double t = levels[i];
      double s = levels[i + 1];
      NoiseLevel from = schedule.level(t);
      NoiseLevel to = schedule.level(s);
      double h = (to.logSnr() - from.logSnr()) / 2; // infinite at the data, and where alpha was 0
      // Not 0 times infinity.
      double kept = eta == 0 ? 1 : Math.exp(-eta * h);
      double fromX = to.sigma() / from.sigma() * kept;
      double fromX0 = -to.alpha() * Math.expm1(-(1 + eta) * h);
      double before = i == 0 ? 0 : (from.logSnr() - schedule.level(levels[i - 1]).logSnr()) / 2;
      double extrapolated = i == 0 || Double.isInfinite(h) || Double.isInfinite(before) ? 0 : h / (2 * before);
      Parameterization.Coefficients now = diffuser.coefficients(t);
      Parameterization.Coefficients old = i == 0 ? now : diffuser.coefficients(levels[i - 1]);
      double weight = fromX0 * (1 + extrapolated);
      double weightBefore = -fromX0 * extrapolated;
      rows.add(
          Sampler.row(diffuser, t, s)
              .state(fromX + weight * now.x0FromX())
              .output(weight * now.x0FromOutput())
              .saved(weightBefore * old.x0FromX())
              .memory(weightBefore * old.x0FromOutput())
              .noise(to.sigma() * Math.sqrt(1 - kept * kept), i)
              .memoryUpdate(0, 1)
              .save(true)
              .build());
    }
    return Sampler.program(diffuser, rows);
  }
}
