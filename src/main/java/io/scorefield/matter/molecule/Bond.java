package io.scorefield.matter.molecule;

/// A chemical bond.
///
/// @param first number of an atom from 0
/// @param second another
/// @param order 1, 2 or 3
public record Bond(int first, int second, int order) {
  public Bond {
    if (first < 0 || second < 0 || first == second || order < 1 || order > 3) {
      throw new IllegalArgumentException("no bond of order " + order + " joins the atoms " + first + " and " + second);
    }
  }
}
