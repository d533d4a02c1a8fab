package io.scorefield.diffusion;

import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;

/// The noise levels that a probability flow goes through, from the least to the most noise.
final class FlowLevels {
  private FlowLevels() {}

  /// lambda = ln(sigma / alpha), which grows with the noise.
  ///
  /// @throws IllegalArgumentException where there is no noise, or nothing but noise
  static double lambda(NoiseSchedule schedule, double t) {
    double lambda = Math.log(schedule.sigma(t) / schedule.alpha(t));
    if (!Double.isFinite(lambda)) {
      throw new IllegalArgumentException(
          "there is no probability flow through noise level " + t + ", where alpha is " + schedule.alpha(t) + " and sigma "
              + schedule.sigma(t));
    }
    return lambda;
  }

  /// At most `intervals` + 1 levels: of continuous time with equal steps of lambda, of a discrete schedule with about
  /// equal steps of its own numbers, which are all that its network knows.
  static double[] of(NoiseSchedule schedule, int intervals) {
    return switch (schedule) {
      case DiscreteSchedule discrete -> of(discrete, intervals);
      case ContinuousSchedule continuous -> of(continuous, intervals);
    };
  }

  private static double[] of(DiscreteSchedule schedule, int intervals) {
    int all = schedule.steps() - 1;
    if (all < 1) {
      throw new IllegalArgumentException("a schedule of one noise level has no probability flow; it needs two");
    }
    int count = Math.min(intervals, all);
    double[] levels = new double[count + 1];
    for (int i = 0; i <= count; i++) {
      levels[i] = 1 + Math.round((double) i * all / count);
    }
    return levels;
  }

  private static double[] of(ContinuousSchedule schedule, int intervals) {
    double first = lambda(schedule, schedule.start());
    double last = lambda(schedule, schedule.end());
    double[] levels = new double[intervals + 1];
    levels[0] = schedule.start();
    levels[intervals] = schedule.end();
    for (int i = 1; i < intervals; i++) {
      double wanted = first + (last - first) * i / intervals;
      levels[i] = schedule.timeOfLogSnr(-2 * wanted);
    }
    return levels;
  }
}
