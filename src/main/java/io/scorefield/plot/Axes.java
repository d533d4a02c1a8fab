package io.scorefield.plot;

/// What the axes of the plane are.
///
/// @param x empty: not said
public record Axes(String x, String y) {
  /// Axes without titles.
  public static final Axes UNNAMED = new Axes("", "");
}
