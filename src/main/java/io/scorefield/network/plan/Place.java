package io.scorefield.network.plan;

/// Where a value lies in the memory of a tile: number (position p, feature f) of a sample is number
/// offset + f * stride + p of its memory. Engines keep many samples side by side, so that each of these numbers is a row
/// of lanes.
///
/// @param stride positions, and some unused ones where the distance between features would keep hitting the same lines of
///     a cache
public record Place(int offset, int width, int positions, int stride) {
  /// Numbers of a sample from the first feature to the end of the last.
  public int size() {
    return width * stride;
  }

  /// The distance between features.
  static int strideOf(int positions) {
    return positions >= 8 && positions % 4 == 0 ? positions + 1 : positions;
  }
}
