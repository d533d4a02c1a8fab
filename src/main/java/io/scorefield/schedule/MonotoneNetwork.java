package io.scorefield.schedule;

import java.util.Arrays;

/// A function m that rises from m(0) = 0 to m(1) = 1: a line and H steps,
///
/// ```
/// m(u) = (g(u) - g(0)) / (g(1) - g(0)),   g(u) = e^a u + sum over j of e^(c_j) s(e^(b_j) u + d_j),   s(z) = 1 / (1 + e^-z)
/// ```
///
/// All slopes are exponentials, so that it rises whatever the parameters. Elementary functions are those of StrictMath, so that
/// the same parameters have the same values on every machine.
///
/// Source: Kingma, Salimans, Poole and Ho 2021 (Variational diffusion models, arXiv 2107.00630), appendix H.
///
/// Its parameters are a, then c_1 .. c_H, b_1 .. b_H, d_1 .. d_H; without any, m(u) = u.
final class MonotoneNetwork {
  /// Steps of a network that is fitted.
  static final int HIDDEN = 16;

  private final double[] parameters;
  private final double line;
  private final double[] height;
  private final double[] steepness;
  private final double[] shift;

  /// s(d_j).
  private final double[] first;

  /// g(1) - g(0).
  private final double whole;

  MonotoneNetwork(double[] parameters) {
    this.parameters = parameters.clone();
    if (parameters.length % 3 != 1 && parameters.length != 0) {
      throw new IllegalArgumentException("a monotone network has 1 + 3 H parameters, not " + parameters.length);
    }
    int h = Math.max(0, (parameters.length - 1) / 3);
    line = parameters.length == 0 ? 1 : StrictMath.exp(parameters[0]);
    height = new double[h];
    steepness = new double[h];
    shift = new double[h];
    first = new double[h];
    for (int j = 0; j < h; j++) {
      height[j] = StrictMath.exp(parameters[1 + j]);
      steepness[j] = StrictMath.exp(parameters[1 + h + j]);
      shift[j] = parameters[1 + 2 * h + j];
      first[j] = sigmoid(shift[j]);
    }
    whole = rise(1);
    if (!(whole > 0) || Double.isInfinite(whole) || !(Arrays.stream(steepness).sum() < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the parameters of a monotone network have no finite exponentials: " + Arrays.toString(parameters));
    }
  }

  double[] parameters() {
    return parameters.clone();
  }

  /// m as a formula.
  LearnedSchedule.Steps steps() {
    double[] heights = new double[height.length];
    double sum = 0;
    for (int j = 0; j < heights.length; j++) {
      heights[j] = height[j] / whole;
      sum += heights[j] * first[j];
    }
    return new LearnedSchedule.Steps(line / whole, heights, steepness.clone(), shift.clone(), sum);
  }

  static double sigmoid(double z) {
    return 1 / (1 + StrictMath.exp(-z));
  }

  /// m(u) and m'(u).
  double[] both(double u) {
    double rise = line * u;
    double speed = line;
    for (int j = 0; j < height.length; j++) {
      double s = sigmoid(steepness[j] * u + shift[j]);
      rise += height[j] * (s - first[j]);
      speed += height[j] * steepness[j] * s * (1 - s);
    }
    return new double[] {rise / whole, speed / whole};
  }

  /// m(u).
  double value(double u) {
    return rise(u) / whole;
  }

  /// m'(u), above 0.
  double slope(double u) {
    double sum = line;
    for (int j = 0; j < height.length; j++) {
      double s = sigmoid(steepness[j] * u + shift[j]);
      sum += height[j] * steepness[j] * s * (1 - s);
    }
    return sum / whole;
  }

  /// g(u) - g(0).
  private double rise(double u) {
    double sum = line * u;
    for (int j = 0; j < height.length; j++) {
      sum += height[j] * (sigmoid(steepness[j] * u + shift[j]) - first[j]);
    }
    return sum;
  }

  /// The derivatives of g(u) - g(0) and g'(u) with respect to every parameter.
  void gradients(double u, double[] ofRise, double[] ofSpeed) {
    int h = height.length;
    ofRise[0] = line * u;
    ofSpeed[0] = line;
    for (int j = 0; j < h; j++) {
      double c = height[j];
      double b = steepness[j];
      double s = sigmoid(b * u + shift[j]);
      double once = s * (1 - s);
      double twice = once * (1 - 2 * s);
      ofRise[1 + j] = c * (s - first[j]);
      ofSpeed[1 + j] = c * b * once;
      ofRise[1 + h + j] = c * b * u * once;
      ofSpeed[1 + h + j] = c * b * (once + b * u * twice);
      ofRise[1 + 2 * h + j] = c * (once - first[j] * (1 - first[j]));
      ofSpeed[1 + 2 * h + j] = c * b * twice;
    }
  }

  /// g(1) - g(0).
  double whole() {
    return whole;
  }
}
