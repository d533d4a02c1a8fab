package io.scorefield.diffusion;

import io.scorefield.schedule.NoiseSchedule;

/// How the noise levels of a sampler lie between the most noise and the least.
public sealed interface Spacing {
  /// A noise level.
  ///
  /// @param share of the way, 0 at the schedule's end, 1 at its start
  /// @return a time between start and end; of a schedule in steps not yet one of its whole numbers
  double time(NoiseSchedule schedule, double share);

  /// Equal steps of t.
  record Uniform() implements Spacing {
    @Override
    public double time(NoiseSchedule schedule, double share) {
      return schedule.start() + (schedule.end() - schedule.start()) * (1 - share);
    }
  }

  /// Steps of t that fall in proportion to it: t grows with the square of what is left of the way, so that there are more
  /// levels of little noise (Song, Meng and Ermon 2021, arXiv 2010.02502, appendix D.2).
  record Quadratic() implements Spacing {
    @Override
    public double time(NoiseSchedule schedule, double share) {
      return schedule.start() + (schedule.end() - schedule.start()) * (1 - share) * (1 - share);
    }
  }

  /// Equal steps of the log-SNR (Lu et al. 2022, arXiv 2206.00927, section 3.4).
  record LogSnr() implements Spacing {
    @Override
    public double time(NoiseSchedule schedule, double share) {
      double first = schedule.logSnr(schedule.end());
      double last = schedule.logSnr(schedule.start());
      if (Double.isInfinite(first)) {
        throw new IllegalArgumentException(
            "there are no equal steps of the log-SNR from t = " + schedule.end()
                + ", where alpha is 0 and the log-SNR infinite; end the schedule below, or take another grid");
      }
      return schedule.timeOfLogSnr(first + (last - first) * share);
    }
  }

  /// Equal steps of (sigma/alpha)^(1/rho): the larger rho, the more levels of little noise (Karras et al. 2022, arXiv
  /// 2206.00364, equation 5). Where alpha comes to 0, sigma/(alpha + sigma) is taken instead, which is the same where there is
  /// little noise and 1 at the end.
  ///
  /// @param rho at least 1; 7 in the paper
  record Karras(double rho) implements Spacing {
    public Karras {
      if (!(rho >= 1 && rho <= 100)) {
        throw new IllegalArgumentException("rho is " + rho + "; it must be from 1 to 100");
      }
    }

    @Override
    public double time(NoiseSchedule schedule, double share) {
      boolean bounded = schedule.alpha(schedule.end()) == 0;
      double first = Math.pow(noise(schedule, schedule.end(), bounded), 1 / rho);
      double last = Math.pow(noise(schedule, schedule.start(), bounded), 1 / rho);
      double wanted = Math.pow(first + (last - first) * share, rho);
      return schedule.timeOfLogSnr(-2 * Math.log(bounded ? wanted / (1 - wanted) : wanted));
    }

    private static double noise(NoiseSchedule schedule, double t, boolean bounded) {
      return schedule.sigma(t) / (bounded ? schedule.alpha(t) + schedule.sigma(t) : schedule.alpha(t));
    }
  }
}
