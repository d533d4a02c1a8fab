package io.scorefield.diffusion;

/// The training objective.
///
/// @param weighting the weight of a noise level
/// @param reduction whether squared errors are summed or averaged over the D components
public record Objective(Weighting weighting, Reduction reduction) {
  /// How the squared errors of the components are put together.
  public enum Reduction {
    SUM,
    MEAN
  }

  /// The number of rows in the table of a continuous schedule.
  public static final int CONTINUOUS_ROWS = 65_536;
}
