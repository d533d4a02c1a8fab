package io.scorefield.network.program;

/// What the rows of a value stand for: the sample itself, its nodes, its edges, the cells of a grid.
///
/// @param name for messages; two spaces are the same if name and positions are
/// @param positions of one sample, at least 1
public record Space(String name, int positions) {
  /// The most positions of a space.
  public static final int MOST = 1 << 22;

  /// The space of one position: what belongs to the sample as a whole.
  public static final Space SAMPLE = new Space("sample", 1);

  public Space {
    if (positions < 1 || positions > MOST) {
      throw new IllegalArgumentException(
          "a space of " + positions + " " + name + "s; there must be between 1 and " + MOST);
    }
  }
}
