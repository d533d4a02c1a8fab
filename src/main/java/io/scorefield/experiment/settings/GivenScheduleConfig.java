package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.io.NumberColumn;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.io.IOException;
import java.util.List;

/// A discrete schedule by its own numbers. Those of a file take the place of the list as soon as they are read, so that a
/// checkpoint has them and needs no file.
@Kind(value = "given", doc = "A discrete schedule by its own numbers: a list, or a file of them.")
public record GivenScheduleConfig(
    @Setting(
            doc = "alphaBar_1 to alphaBar_T, which fall and stay between 0 and 1: alpha_t^2, one number a level.",
            value = "[]",
            min = 0,
            max = 1,
            aboveMin = true)
        List<Double> alphaBar,
    @Setting(
            doc =
                "A text file of the same numbers in the place of the list: alphaBar_t again, one a line, with or without a name "
                    + "in the first line. A checkpoint holds the numbers, not the file.",
            value = "''",
            path = true)
        String path)
    implements ScheduleConfig {
  public GivenScheduleConfig {
    if (!path.isEmpty() && !alphaBar.isEmpty()) {
      throw new IllegalArgumentException("give 'alpha-bar' or 'path', not both");
    }
    alphaBar = path.isEmpty() ? List.copyOf(alphaBar) : read(path);
    path = "";
    if (alphaBar.isEmpty()) {
      throw new IllegalArgumentException("a given schedule needs 'alpha-bar', its numbers, or 'path', a file of them");
    }
  }

  private static List<Double> read(String path) {
    NumberColumn column;
    try {
      column = NumberColumn.read(ConfigFiles.existing("schedule.path", path), DiscreteSchedule.MAX_STEPS);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    double before = 1;
    for (int i = 0; i < column.values().size(); i++) {
      double now = column.values().get(i);
      if (!(now > 0 && now < before)) {
        throw new IllegalArgumentException(
            column.place(i) + ": alphaBar_" + (i + 1) + " is " + now + "; it must be above 0 and below "
                + (i == 0 ? "1" : "the number before it, " + before));
      }
      before = now;
    }
    return List.copyOf(column.values());
  }

  @Override
  public NoiseSchedule schedule() {
    return DiscreteSchedule.ofAlphaBar(alphaBar.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
