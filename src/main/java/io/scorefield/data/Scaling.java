package io.scorefield.data;

import java.util.Arrays;

/// The affine map between data units and the unit-scale state of the diffusion:
/// data = deviation * state + mean, component by component.
public record Scaling(double[] mean, double[] deviation) {
  public Scaling {
    if (mean.length == 0 || mean.length != deviation.length) {
      throw new IllegalArgumentException("mean and deviation must have equal lengths");
    }
    for (int d = 0; d < mean.length; d++) {
      if (!Double.isFinite(mean[d]) || !(deviation[d] > 0) || Double.isInfinite(deviation[d])) {
        throw new IllegalArgumentException(
            "component " + d + " cannot be scaled with mean " + mean[d] + " and deviation "
                + deviation[d]);
      }
    }
  }

  /// Data units and state units are the same.
  public static Scaling identity(int dimension) {
    double[] ones = new double[dimension];
    Arrays.fill(ones, 1);
    return new Scaling(new double[dimension], ones);
  }

  /// Every component gets mean 0 and standard deviation 1 over the points.
  ///
  /// @throws IllegalArgumentException when a component is constant
  public static Scaling standardize(float[] points, int dimension) {
    int n = points.length / dimension;
    double[] mean = new double[dimension];
    double[] deviation = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += points[i * dimension + d];
      }
      mean[d] = sum / n;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double difference = points[i * dimension + d] - mean[d];
        squares += difference * difference;
      }
      deviation[d] = Math.sqrt(squares / n);
      if (!(deviation[d] > 0)) {
        throw new IllegalArgumentException(
            "component " + d + " of the data is constant; set data.standardize to false");
      }
    }
    return new Scaling(mean, deviation);
  }

  public int dimension() {
    return mean.length;
  }

  /// Mean over the components of deviation^2.
  public double meanSquare() {
    double sum = 0;
    for (double s : deviation) {
      sum += s * s;
    }
    return sum / deviation.length;
  }

  /// Points [n, D] in data units to a new array in state units.
  public float[] toState(float[] points) {
    float[] state = new float[points.length];
    for (int i = 0; i < points.length; i++) {
      int d = i % dimension();
      state[i] = (float) ((points[i] - mean[d]) / deviation[d]);
    }
    return state;
  }

  /// The first `count` points of an array [.., D] from state to data units, in place.
  public void toData(float[] state, int count) {
    for (int i = 0; i < count * dimension(); i++) {
      int d = i % dimension();
      state[i] = (float) (deviation[d] * state[i] + mean[d]);
    }
  }
}
