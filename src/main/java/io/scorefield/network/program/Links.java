package io.scorefield.network.program;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// For every position of one space a position of another, as the source of every edge.
///
/// @param from the space that is pointed into
/// @param to the space whose positions point
/// @param of [positions of `to`], each a position of `from` or {@link #NONE}
public record Links(Space from, Space to, int[] of) implements Row.Attachment {
  /// Points nowhere.
  public static final int NONE = -1;

  public Links {
    of = of.clone();
    if (of.length != to.positions()) {
      throw new IllegalArgumentException(of.length + " links for " + to);
    }
    for (int position : of) {
      if (position < NONE || position >= from.positions()) {
        throw new IllegalArgumentException("a link to position " + position + " of " + from);
      }
    }
  }

  /// Links by a rule.
  public static Links of(Space from, Space to, IntUnaryOperator rule) {
    int[] of = new int[to.positions()];
    Arrays.setAll(of, rule);
    return new Links(from, to, of);
  }

  /// Every position to the sample it belongs to.
  public static Links sampleOf(Space to) {
    return of(Space.SAMPLE, to, position -> 0);
  }

  /// These links followed by others: position i points to where `before` points from where this points.
  public Links behind(Links before) {
    int[] both = new int[of.length];
    Arrays.setAll(both, i -> of[i] < 0 ? NONE : before.of[of[i]]);
    return new Links(before.from, to, both);
  }

  /// The position that position i points to, or {@link #NONE}.
  public int get(int i) {
    return of[i];
  }

  @Override
  public int[] of() {
    return of.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Links that
        && from.equals(that.from)
        && to.equals(that.to)
        && Arrays.equals(of, that.of);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(of);
  }

  @Override
  public String toString() {
    return "links of " + to + " into " + from;
  }
}
