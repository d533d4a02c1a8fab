package io.scorefield.data;

/// A distribution whose points have conditions as their last components, and whose other components are known given them.
public interface ConditionalDistribution extends Distribution {
  /// What the conditions are.
  Conditions told();

  /// The other components, whatever their conditions.
  Distribution whole();

  /// The other components given conditions, `[C]` in data units.
  Distribution given(double[] conditions);
}
