package io.scorefield.engine;

/// What happens to one component of a state beyond its lowest and its highest value ({@link StepProgram}), where a row
/// confines.
///
/// @param lower at the lowest
/// @param upper at the highest
public record Boundary(Side lower, Side upper) {
  /// The component may have any value.
  public static final Boundary OPEN = new Boundary(Side.OPEN, Side.OPEN);

  /// How many lengths of its interval a component may be away; further out it is taken for a number no more.
  public static final double FARTHEST = 1 << 22;

  /// What is at one end.
  public enum Side {
    /// Nothing.
    OPEN,
    /// The other end, which is periodic too: x' = x - n (highest - lowest), in [lowest, highest).
    PERIODIC,
    /// A wall: x' is the mirror image, over and over where both ends are walls.
    REFLECTING,
    /// A sample that is at the end or beyond it stays as it is, in all components.
    ABSORBING
  }

  public Boundary {
    if ((lower == Side.PERIODIC) != (upper == Side.PERIODIC)) {
      throw new IllegalArgumentException("a component is periodic at both ends or at none");
    }
  }

  /// The number that engines read.
  public int code() {
    return lower.ordinal() + 4 * upper.ordinal();
  }

  /// Whether a component has been absorbed.
  public boolean absorbs(double x, double lowest, double highest) {
    return (lower == Side.ABSORBING && x <= lowest) || (upper == Side.ABSORBING && x >= highest);
  }

  /// A component kept within walls and periods. One further away than {@link #FARTHEST} lengths becomes NaN.
  public double confine(double x, double lowest, double highest) {
    double length = highest - lowest;
    if (lower == Side.PERIODIC) {
      double turns = (x - lowest) / length;
      double within = x - length * Math.floor(turns);
      return !(Math.abs(turns) < FARTHEST) ? Double.NaN : within < highest ? Math.max(within, lowest) : lowest;
    }
    if (lower == Side.REFLECTING && upper == Side.REFLECTING) {
      double turns = (x - lowest) / (2 * length);
      double within = x - lowest - 2 * length * Math.floor(turns);
      double folded = lowest + (within > length ? 2 * length - within : within);
      return x >= lowest && x <= highest ? x : Math.abs(turns) < FARTHEST ? folded : Double.NaN;
    }
    double above = lower == Side.REFLECTING && x < lowest ? 2 * lowest - x : x;
    return upper == Side.REFLECTING && above > highest ? 2 * highest - above : above;
  }
}
