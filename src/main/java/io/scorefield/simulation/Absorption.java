package io.scorefield.simulation;

import java.util.Arrays;
import java.util.List;

/// When walkers are absorbed: the step at whose end each is first found at or beyond an absorbing boundary.
public final class Absorption {
  private static final int ALIVE = -1;

  private final List<Interval> intervals;
  private final int[] steps;

  /// @param intervals of the components, `[D]`, as walkers are moved in
  public Absorption(int walkers, List<Interval> intervals) {
    this.intervals = List.copyOf(intervals);
    steps = new int[walkers];
    Arrays.fill(steps, ALIVE);
  }

  /// Looks at walkers first .. first + count - 1 after a number of steps.
  ///
  /// @param states [count, D]
  void look(int step, int first, int count, float[] states) {
    int dimension = intervals.size();
    for (int i = 0; i < count; i++) {
      for (int d = 0; d < dimension && steps[first + i] == ALIVE; d++) {
        Interval at = intervals.get(d);
        // As engines read it.
        if (at.boundary().absorbs(states[i * dimension + d], (float) at.lowest(), (float) at.highest())) {
          steps[first + i] = step;
        }
      }
    }
  }

  public boolean isAlive(int walker) {
    return steps[walker] == ALIVE;
  }

  /// How many are.
  public int alive() {
    return (int) Arrays.stream(steps).filter(step -> step == ALIVE).count();
  }

  /// The times of those that are absorbed, in the order of the walkers.
  ///
  /// @param length of a step
  public double[] times(double length) {
    return Arrays.stream(steps).filter(step -> step != ALIVE).mapToDouble(step -> step * length).toArray();
  }
}
