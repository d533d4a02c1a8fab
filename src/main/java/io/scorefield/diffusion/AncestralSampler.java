package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.util.ArrayList;
import java.util.List;

/// Ancestral sampling: a {@link Transition} from each noise level to the next lower one, with x0hat for x_0. First order, one
/// evaluation a step.
///
/// eta = 1 over all T levels is DDPM (Ho et al. 2020, algorithm 2): its mean is
/// (x - beta/sqrt(1 - alphaBar) eps)/sqrt(1 - beta), its variance
/// (1 - alphaBar_{t-1})/(1 - alphaBar_t) beta, without noise in the last step.
/// eta = 0 is DDIM (Song, Meng and Ermon 2021).
///
/// @param grid the noise levels
/// @param eta as in the DDIM paper, equation 16: the noise's deviation, from 0 (deterministic) to 1 (DDPM's)
/// @param variance of DDPM's noise; another than the posterior's only with eta = 1
public record AncestralSampler(TimeGrid grid, double eta, ReverseVariance variance) implements Sampler {
  private static final ReverseVariance POSTERIOR = new ReverseVariance.Between(0);

  public AncestralSampler {
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta is " + eta + "; it must be between 0 and 1");
    }
    if (!variance.equals(POSTERIOR) && eta != 1) {
      throw new IllegalArgumentException("another variance than the posterior's is for eta = 1, which is DDPM, only");
    }
  }

  /// @param share how far DDPM's noise is from the least of its two bounds to the largest, 0 to 1
  public AncestralSampler(TimeGrid grid, double eta, double share) {
    this(grid, eta, new ReverseVariance.Between(share));
  }

  /// With the posterior's variance over equal steps of t.
  ///
  /// @param steps number of steps; 0: every level of a discrete schedule
  public AncestralSampler(int steps, double eta) {
    this(TimeGrid.uniform(steps), eta, 0);
  }

  /// DDPM over every level of a discrete schedule.
  public static AncestralSampler ddpm() {
    return new AncestralSampler(0, 1);
  }

  @Override
  public StepProgram compile(Diffuser diffuser) {
    double[] levels = grid.toData(diffuser.schedule());
    if (variance instanceof ReverseVariance.Given given && given.values().size() != levels.length - 1) {
      throw new IllegalArgumentException(
          "there are " + given.values().size() + " variances for " + (levels.length - 1) + " steps");
    }
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < levels.length; i++) {
      double t = levels[i];
      double s = levels[i + 1];
      Transition step = Transition.of(diffuser.schedule(), t, s);
      Transition.Mean mean = step.mean(diffuser.coefficients(t), eta);
      rows.add(
          Sampler.row(diffuser, t, s)
              .state(mean.fromX())
              .output(mean.fromOutput())
              .noise(deviation(step, i), i)
              .build());
    }
    return Sampler.program(diffuser, rows);
  }

  private double deviation(Transition step, int i) {
    return switch (variance) {
      case ReverseVariance.Between between -> between.share() == 0 ? step.noise(eta) : step.between(between.share());
      case ReverseVariance.Given given -> Math.sqrt(given.values().get(i));
    };
  }
}
