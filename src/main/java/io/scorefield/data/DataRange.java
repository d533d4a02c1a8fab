package io.scorefield.data;

/// How far the training points reach, in the units of the state unless it is said otherwise.
///
/// @param lowest by component, `[D]`
/// @param highest likewise
/// @param radius distance of the farthest point from the origin of the state
public record DataRange(double[] lowest, double[] highest, double radius) {
  public DataRange {
    lowest = lowest.clone();
    highest = highest.clone();
    if (lowest.length == 0 || lowest.length != highest.length) {
      throw new IllegalArgumentException("lowest and highest must have equal lengths");
    }
    for (int d = 0; d < lowest.length; d++) {
      if (!(lowest[d] <= highest[d]) || !Double.isFinite(lowest[d]) || !Double.isFinite(highest[d])) {
        throw new IllegalArgumentException(
            "component " + d + " of the data cannot reach from " + lowest[d] + " to " + highest[d]);
      }
    }
    if (!(radius >= 0) || Double.isInfinite(radius)) {
      throw new IllegalArgumentException("the radius of the data is " + radius);
    }
  }

  /// A copy, as of the highest.
  @Override
  public double[] lowest() {
    return lowest.clone();
  }

  @Override
  public double[] highest() {
    return highest.clone();
  }

  /// The least of a component.
  public double lowest(int component) {
    return lowest[component];
  }

  /// The greatest of a component.
  public double highest(int component) {
    return highest[component];
  }

  /// The range of points [n, D], in units of the state.
  public static DataRange of(float[] states, int dimension) {
    return of(states, dimension, 0);
  }

  /// The same where the last components are conditions, which are not counted to the distance from the origin.
  public static DataRange of(float[] states, int dimension, int conditions) {
    double[] lowest = new double[dimension];
    double[] highest = new double[dimension];
    double farthest = 0;
    for (int i = 0; i < states.length; i += dimension) {
      double square = 0;
      for (int d = 0; d < dimension; d++) {
        double x = states[i + d];
        lowest[d] = i == 0 ? x : Math.min(lowest[d], x);
        highest[d] = i == 0 ? x : Math.max(highest[d], x);
        square += d < dimension - conditions ? x * x : 0;
      }
      farthest = Math.max(farthest, square);
    }
    return new DataRange(lowest, highest, Math.sqrt(farthest));
  }

  /// How many times as far from the middle of the data a point is as the farthest of them, in the component where that is
  /// most; at most 1 for the points themselves. A component in which the data do not differ has no part in it.
  ///
  /// @param offset of the point in the array
  public double times(float[] points, int offset) {
    double most = 0;
    for (int d = 0; d < lowest.length; d++) {
      double half = (highest[d] - lowest[d]) / 2;
      if (half > 0) {
        most = Math.max(most, Math.abs(points[offset + d] - (lowest[d] + highest[d]) / 2) / half);
      }
    }
    return most;
  }

  /// The range in data units; where the state has other coordinates, that of a ball of the radius.
  public DataRange toData(Scaling scaling) {
    boolean centred = scaling.frame().centred().isPresent();
    int shift = scaling.dimension() - lowest.length;
    double[] low = new double[scaling.dimension()];
    double[] high = new double[scaling.dimension()];
    for (int d = 0; d < low.length; d++) {
      boolean same = !centred || d >= scaling.frame().made();
      low[d] = scaling.deviation()[d] * (same ? lowest[d - shift] : -radius) + scaling.mean()[d];
      high[d] = scaling.deviation()[d] * (same ? highest[d - shift] : radius) + scaling.mean()[d];
    }
    return new DataRange(low, high, radius);
  }
}
