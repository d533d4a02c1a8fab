package io.scorefield.diffusion;

import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.util.Arrays;
import java.util.List;

/// The noise levels that a sampler goes through, from the most noise down. Every sampler takes any grid, on schedules in
/// steps and in continuous time alike.
public sealed interface TimeGrid {
  /// How many steps; 0: every level of a schedule in steps.
  int steps();

  /// The levels of a sampler that ends with the data: as many as there are steps, and 0 behind them.
  ///
  /// @throws IllegalArgumentException when the schedule has no such levels, with the reason
  double[] toData(NoiseSchedule schedule);

  /// The levels of a sampler that ends at the schedule's least noise: one more than there are steps.
  ///
  /// @throws IllegalArgumentException when the schedule has no such levels, with the reason
  double[] toStart(NoiseSchedule schedule);

  /// Equal steps of t.
  static TimeGrid uniform(int steps) {
    return new Spaced(new Spacing.Uniform(), steps);
  }

  /// Levels by a formula.
  record Spaced(Spacing spacing, int steps) implements TimeGrid {
    public Spaced {
      if (steps < 0 || steps > DiscreteSchedule.MAX_STEPS) {
        throw new IllegalArgumentException("cannot sample in " + steps + " steps");
      }
    }

    @Override
    public double[] toData(NoiseSchedule schedule) {
      int count = count(schedule, 0);
      if (schedule instanceof DiscreteSchedule discrete && spacing instanceof Spacing.Uniform) {
        double[] levels = new double[count + 1];
        for (int i = 0; i <= count; i++) {
          levels[i] = Math.rint((double) discrete.steps() * (count - i) / count);
        }
        return levels;
      }
      return Arrays.copyOf(levels(schedule, count), count + 1);
    }

    @Override
    public double[] toStart(NoiseSchedule schedule) {
      return levels(schedule, count(schedule, 1) + 1);
    }

    /// The number of steps.
    ///
    /// @param more levels than steps
    private int count(NoiseSchedule schedule, int more) {
      return switch (schedule) {
        case DiscreteSchedule discrete -> {
          int most = discrete.steps() - more;
          if (steps > most || most < 1) {
            throw new IllegalArgumentException(
                "the schedule has " + discrete.steps() + " levels; cannot sample in " + steps + " steps"
                    + (more == 0 ? "" : " that end at the first level"));
          }
          yield steps == 0 ? most : steps;
        }
        case ContinuousSchedule continuous -> {
          if (steps == 0) {
            throw new IllegalArgumentException(
                "a continuous schedule has no levels of its own; set the number of steps");
          }
          yield steps;
        }
      };
    }

    private double[] levels(NoiseSchedule schedule, int count) {
      double[] levels = new double[count];
      for (int i = 0; i < count; i++) {
        levels[i] =
            i == 0 ? schedule.end() : i == count - 1 ? schedule.start() : spacing.time(schedule, (double) i / (count - 1));
      }
      if (schedule instanceof DiscreteSchedule) {
        toWholeNumbers(levels);
      }
      return levels;
    }

    /// The nearest whole numbers that fall from each level to the next.
    private static void toWholeNumbers(double[] levels) {
      for (int i = 0; i < levels.length; i++) {
        double nearest = Math.rint(levels[i]);
        levels[i] = i == 0 ? nearest : Math.min(nearest, levels[i - 1] - 1);
      }
      for (int i = levels.length - 1; i > 0; i--) {
        levels[i] = Math.max(levels[i], levels.length - i);
      }
    }
  }

  /// Levels one by one, which fall.
  record Given(List<Double> levels) implements TimeGrid {
    public Given {
      levels = List.copyOf(levels);
      if (levels.isEmpty()) {
        throw new IllegalArgumentException("a grid of given levels needs one level at least");
      }
      for (int i = 0; i < levels.size(); i++) {
        if (!(levels.get(i) > 0) || (i > 0 && !(levels.get(i) < levels.get(i - 1)))) {
          throw new IllegalArgumentException(
              "level " + (i + 1) + " of the grid is " + levels.get(i) + "; levels must fall and stay above 0");
        }
      }
    }

    @Override
    public int steps() {
      return levels.size();
    }

    @Override
    public double[] toData(NoiseSchedule schedule) {
      return Arrays.copyOf(toStart(schedule), levels.size() + 1);
    }

    @Override
    public double[] toStart(NoiseSchedule schedule) {
      for (double level : levels) {
        if (level < schedule.start() || level > schedule.end()) {
          throw new IllegalArgumentException(
              "level " + level + " of the grid is not between the schedule's " + schedule.start() + " and " + schedule.end());
        }
        if (schedule instanceof DiscreteSchedule && level != Math.rint(level)) {
          throw new IllegalArgumentException("level " + level + " of the grid is no level of a schedule in steps");
        }
      }
      if (levels.getFirst() != schedule.end()) {
        throw new IllegalArgumentException(
            "the grid begins at level " + levels.getFirst() + "; samples begin with noise, at level " + schedule.end());
      }
      return levels.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}
