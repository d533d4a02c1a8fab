package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.Setting;
import io.scorefield.engine.Boundary;
import io.scorefield.simulation.Interval;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a component of a simulation may be, and what happens there.
public record BoundaryConfig(
    @Setting(doc = "The component, or a field for all its components.") String component,
    @Setting(doc = "Its lowest value.", value = "-1e30") double lowest,
    @Setting(doc = "Its highest value.", value = "1e30") double highest,
    @Setting(doc = "What is at the lowest value; periodic is at both ends.", value = "open") Boundary.Side atLowest,
    @Setting(doc = "What is at the highest value.", value = "open") Boundary.Side atHighest)
    implements Conditional, Checked {
  @Override
  public Map<String, String> meaningless() {
    Map<String, String> reasons = new LinkedHashMap<>();
    if (atLowest == Boundary.Side.OPEN) {
      reasons.put("lowest", "nothing is there, for 'at-lowest' is open");
    }
    if (atHighest == Boundary.Side.OPEN) {
      reasons.put("highest", "nothing is there, for 'at-highest' is open");
    }
    return reasons;
  }

  @Override
  public void check() {
    if (atLowest == Boundary.Side.OPEN && atHighest == Boundary.Side.OPEN) {
      throw new IllegalArgumentException(
          "'" + component + "' is open at both ends; say what is there with at-lowest and at-highest, or leave the boundary "
              + "out");
    }
    if (!(lowest < highest)) {
      throw new IllegalArgumentException(
          "the boundaries of '" + component + "' are in the wrong order: lowest is " + lowest + ", highest is "
              + highest);
    }
    if ((atLowest != Boundary.Side.OPEN && lowest <= -1e30) || (atHighest != Boundary.Side.OPEN && highest >= 1e30)) {
      throw new IllegalArgumentException("the boundary of '" + component + "' needs a place: lowest, highest");
    }
    interval();
  }

  public Interval interval() {
    return new Interval(new Boundary(atLowest, atHighest), lowest, highest);
  }
}
