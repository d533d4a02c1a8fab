package io.scorefield.diffusion;

/// The way between two latent codes along a great circle, on which the length hardly changes: a straight line would pass
/// near 0, where a normal distribution of many dimensions has nothing.
///
/// ```
/// z(share) = sin((1 - share) angle) / sin(angle) from + sin(share angle) / sin(angle) to
/// ```
///
/// with the angle between the two. Source: Shoemake 1985; Song, Meng and Ermon 2021 (arXiv 2010.02502), equation 67.
///
/// @param from `[S]`
/// @param to `[S]`
/// @param angle between them in radians, in [0, pi)
public record GreatCircle(float[] from, float[] to, double angle) {
  /// Below this the circle is a straight line to rounding; as near to opposite the way is anyone's.
  private static final double STRAIGHT = 1e-4;

  /// @throws IllegalArgumentException where one of the codes is 0, or they are opposite, so that there is no shortest way
  public static GreatCircle between(float[] from, float[] to) {
    if (from.length != to.length) {
      throw new IllegalArgumentException("codes of " + from.length + " and " + to.length + " numbers have no way between them");
    }
    double dot = 0;
    double squareFrom = 0;
    double squareTo = 0;
    for (int d = 0; d < from.length; d++) {
      dot += (double) from[d] * to[d];
      squareFrom += (double) from[d] * from[d];
      squareTo += (double) to[d] * to[d];
    }
    if (squareFrom == 0 || squareTo == 0) {
      throw new IllegalArgumentException("a code is 0, so it has no direction to turn from");
    }
    double angle = Math.acos(Math.clamp(dot / Math.sqrt(squareFrom * squareTo), -1, 1));
    if (angle > Math.PI - STRAIGHT) {
      throw new IllegalArgumentException("the two codes are opposite, so there is no shortest way between them; take others");
    }
    return new GreatCircle(from.clone(), to.clone(), angle);
  }

  /// The codes at evenly spaced shares of the angle, the two ends included, [count, S].
  ///
  /// @param count at least 2
  public float[] points(int count) {
    if (count < 2) {
      throw new IllegalArgumentException("a way has two ends; " + count + " points do not do");
    }
    int size = from.length;
    float[] points = new float[Math.multiplyExact(count, size)];
    for (int i = 0; i < count; i++) {
      double share = (double) i / (count - 1);
      double first = angle < STRAIGHT ? 1 - share : Math.sin((1 - share) * angle) / Math.sin(angle);
      double second = angle < STRAIGHT ? share : Math.sin(share * angle) / Math.sin(angle);
      for (int d = 0; d < size; d++) {
        points[i * size + d] = (float) (first * from[d] + second * to[d]);
      }
    }
    return points;
  }
}
