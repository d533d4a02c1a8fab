package io.scorefield.data;

import java.util.Arrays;

/// Which of the particles a sample has. Samples of different sizes are kept as many particles as the largest has; their
/// conditions tell which of them there are, and the others are where the mean is, with the features 0.
///
/// Particle i is there if condition number `condition[i]` is above `above[i]`. Those that are there come first.
///
/// @param condition `[N]`, counted from the first of the conditions
/// @param above `[N]`
/// @param features numbers that every particle has beside its position, behind all positions: the first of all particles,
///     then the second of all
public record Presence(int[] condition, double[] above, int features) {
  public Presence {
    condition = condition.clone();
    above = above.clone();
    if (condition.length != above.length || features < 0) {
      throw new IllegalArgumentException("each particle is there because of one condition");
    }
  }

  /// A condition tells how many there are.
  ///
  /// @param number of that condition
  public static Presence byCount(int particles, int number, int features) {
    int[] condition = new int[particles];
    double[] above = new double[particles];
    for (int i = 0; i < particles; i++) {
      condition[i] = number;
      above[i] = i + 0.5;
    }
    return new Presence(condition, above, features);
  }

  /// Each particle has a condition of its own, which is 0 where it is not there and else 1 or more, as an atomic number is.
  ///
  /// @param first number of the first particle's condition
  public static Presence byKind(int particles, int first, int features) {
    int[] condition = new int[particles];
    double[] above = new double[particles];
    for (int i = 0; i < particles; i++) {
      condition[i] = first + i;
      above[i] = 0.5;
    }
    return new Presence(condition, above, features);
  }

  /// N.
  public int particles() {
    return condition.length;
  }

  /// Whether particle i is there.
  ///
  /// @param conditions begin at `offset`
  public boolean there(int i, float[] conditions, int offset) {
    return conditions[offset + condition[i]] > above[i];
  }

  /// How many there are.
  public int count(float[] conditions, int offset) {
    int count = 0;
    for (int i = 0; i < condition.length; i++) {
      count += there(i, conditions, offset) ? 1 : 0;
    }
    return count;
  }

  @Override
  public int[] condition() {
    return condition.clone();
  }

  @Override
  public double[] above() {
    return above.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Presence that
        && Arrays.equals(condition, that.condition)
        && Arrays.equals(above, that.above)
        && features == that.features;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(condition) * 31 + features;
  }
}
