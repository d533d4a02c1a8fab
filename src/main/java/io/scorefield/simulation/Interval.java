package io.scorefield.simulation;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.Boundary.Side;

/// Where one component may be.
///
/// @param lowest means nothing where the lower side is open; likewise highest
public record Interval(Boundary boundary, double lowest, double highest) {
  /// The whole line. Its ends are numbers that tables can hold.
  public static final Interval LINE = new Interval(Boundary.OPEN, -1e30, 1e30);

  /// zeta(1/2) / sqrt(2 pi), without its sign.
  private static final double OVERSHOOT = 0.5825971579390107;

  public Interval {
    if (!(lowest < highest)) {
      throw new IllegalArgumentException("a boundary at " + lowest + " below one at " + highest + " leaves no room");
    }
  }

  /// With absorbing ends moved inwards by 0.5826 sqrt(2 T h): a walker that is looked at once a step is missed when it
  /// leaves and comes back in between, which costs the square root of the step; the shift takes that back to leading
  /// order.
  ///
  /// Source: Broadie, Glasserman and Kou 1997; Gobet and Menozzi 2010.
  public Interval shifted(double temperature, double step) {
    double by = OVERSHOOT * Math.sqrt(2 * temperature * step);
    double low = boundary.lower() == Side.ABSORBING ? lowest + by : lowest;
    double high = boundary.upper() == Side.ABSORBING ? highest - by : highest;
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "steps of " + step + " are as long as the room between " + lowest + " and " + highest
              + "; take a smaller step");
    }
    return new Interval(boundary, low, high);
  }

  /// Whether a walker can be there.
  public boolean contains(double x) {
    return (boundary.lower() == Side.OPEN || x >= lowest) && (boundary.upper() == Side.OPEN || x <= highest);
  }

  /// Whether an end absorbs.
  public boolean absorbs() {
    return boundary.lower() == Side.ABSORBING || boundary.upper() == Side.ABSORBING;
  }
}
