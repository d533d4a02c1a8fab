package io.scorefield.distill;

import io.scorefield.diffusion.FlowFrame;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;

/// Noise levels from noise to data at equal steps of a frame's clock.
///
/// Few steps should be equally hard. Equal angles of the circle are: neither end of the way is crowded.
final class Levels {
  private Levels() {}

  /// The times of the levels, falling from the schedule's end, and 0, the data: one more than there are steps.
  ///
  /// @throws IllegalArgumentException when the schedule has no so many levels
  static double[] of(NoiseSchedule schedule, FlowFrame frame, int steps) {
    double[] times = times(schedule, frame, steps);
    if (!falls(schedule, times)) {
      throw new IllegalArgumentException(
          "the schedule has no " + steps + " levels at equal distances from noise to data; distil to fewer steps");
    }
    return times;
  }

  /// The same with every step divided into equal parts, as many as asked for or as the schedule has room for.
  static double[] divided(NoiseSchedule schedule, FlowFrame frame, int steps, int parts) {
    for (int some = parts; some > 1; some--) {
      double[] times = times(schedule, frame, steps * some);
      if (falls(schedule, times)) {
        return times;
      }
    }
    return of(schedule, frame, steps);
  }

  /// The same with every step halved so many times, or as often as the schedule has room for.
  static double[] halved(NoiseSchedule schedule, FlowFrame frame, int steps, int halvings) {
    for (int some = halvings; some > 0; some--) {
      double[] times = times(schedule, frame, steps << some);
      if (falls(schedule, times)) {
        return times;
      }
    }
    return of(schedule, frame, steps);
  }

  private static double[] times(NoiseSchedule schedule, FlowFrame frame, int steps) {
    double end = frame.clock(schedule, schedule.end());
    double[] times = new double[steps + 1];
    times[0] = schedule.end();
    for (int i = 1; i < steps; i++) {
      times[i] = frame.time(schedule, end * (steps - i) / steps);
    }
    return times;
  }

  /// Whether all levels are different ones of the schedule's: below its first it knows none.
  private static boolean falls(NoiseSchedule schedule, double[] times) {
    for (int i = 1; i < times.length; i++) {
      double least = i == times.length - 1 ? 0 : schedule.start();
      boolean clamped = i < times.length - 1 && times[i] <= least && !(schedule instanceof DiscreteSchedule);
      if (!(times[i] < times[i - 1]) || times[i] < least || clamped) {
        return false;
      }
    }
    return true;
  }

  /// Every so many of the levels.
  static double[] every(double[] times, int stride) {
    double[] some = new double[(times.length - 1) / stride + 1];
    for (int i = 0; i < some.length; i++) {
      some[i] = times[i * stride];
    }
    return some;
  }
}
