package io.scorefield.diffusion;

import io.scorefield.schedule.NoiseLevel;
import io.scorefield.schedule.NoiseSchedule;

/// The coordinates in which the probability flow is integrated.
///
/// In all of them it is the same flow: y = x / scale moves over the clock u with dy/du = x0Rate x0hat + epsRate epshat. A
/// scheme of finite steps makes other errors in each. Steps of Euler's scheme are those of DDIM in EXPLODING and in STRAIGHT.
///
/// Sources: TIME is Song et al. 2021 (arXiv 2011.13456), equation 13, with alpha' x0hat + sigma' epshat for its right side;
/// EXPLODING is Karras et al. 2022 (arXiv 2206.00364), equation 1 with their sigma = u.
public enum FlowFrame {
  /// The state over the schedule's own time.
  TIME {
    @Override
    Point at(NoiseSchedule schedule, double t) {
      NoiseLevel level = schedule.level(t);
      return new Point(t, 1, level.alphaRate(), level.sigmaRate());
    }

    @Override
    public double time(NoiseSchedule schedule, double clock) {
      return clock;
    }
  },
  /// x / alpha over sigma / alpha; not where alpha is 0.
  EXPLODING {
    @Override
    Point at(NoiseSchedule schedule, double t) {
      NoiseLevel level = schedule.level(t);
      if (level.alpha() == 0) {
        throw new IllegalArgumentException(
            "at t = " + t + " alpha is 0, and x / alpha infinite; integrate the flow in the frame straight or circle, or end the "
                + "schedule below");
      }
      return new Point(level.sigma() / level.alpha(), level.alpha(), 0, 1);
    }

    @Override
    public double time(NoiseSchedule schedule, double clock) {
      return schedule.timeOfLogSnr(-2 * Math.log(clock));
    }
  },
  /// x / (alpha + sigma) over sigma / (alpha + sigma): that of rectified flow.
  STRAIGHT {
    @Override
    Point at(NoiseSchedule schedule, double t) {
      NoiseLevel level = schedule.level(t);
      double sum = level.alpha() + level.sigma();
      return new Point(level.sigma() / sum, sum, -1, 1);
    }

    @Override
    public double time(NoiseSchedule schedule, double clock) {
      return schedule.timeOfLogSnr(2 * Math.log((1 - clock) / clock));
    }
  },
  /// x / sqrt(alpha^2 + sigma^2) over the angle from the data to the noise.
  CIRCLE {
    @Override
    Point at(NoiseSchedule schedule, double t) {
      NoiseLevel level = schedule.level(t);
      double angle = Math.atan2(level.sigma(), level.alpha());
      return new Point(angle, Math.hypot(level.alpha(), level.sigma()), -Math.sin(angle), Math.cos(angle));
    }

    @Override
    public double time(NoiseSchedule schedule, double clock) {
      return schedule.timeOfLogSnr(-2 * Math.log(Math.tan(clock)));
    }
  };

  /// A noise level in these coordinates.
  record Point(double clock, double scale, double x0Rate, double epsRate) {}

  /// The coordinates of noise level t, 0 included, though its rates may be no numbers there.
  ///
  /// @throws IllegalArgumentException when the frame has no such level, with the reason
  abstract Point at(NoiseSchedule schedule, double t);

  /// u at noise level t.
  ///
  /// @throws IllegalArgumentException when the frame has no such level, with the reason
  public double clock(NoiseSchedule schedule, double t) {
    return at(schedule, t).clock();
  }

  /// The noise level at a clock between those of two levels.
  public abstract double time(NoiseSchedule schedule, double clock);
}
