package io.scorefield.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The affine map between data units and the unit-scale state of the diffusion, component by component:
/// data = origin + (deviation * state + mean), where the state may have other coordinates than the data ({@link Frame}).
///
/// Inside the program data are kept without the origin, so that float32 holds their digits: {@link #toState} and
/// {@link #toData} know deviation and mean only. What leaves the program, and what laws see, has the origin added in
/// double precision.
///
/// Conditions are given to a network as they are, with the mean 0 and the deviation 1: but for numbers that have a name
/// ({@link Conditions}), which are standardised.
///
/// A component whose deviation is 0 is constant: its state is 0 in the data, and it is its mean in every sample, to the
/// bit.
///
/// @param mean `[D]`, relative to the origin
/// @param deviation `[D]`
/// @param origin `[D]`, 0 where float32 can hold the data as they are
/// @param frame the coordinates of the state
public record Scaling(double[] mean, double[] deviation, double[] origin, Frame frame) {
  public Scaling {
    if (mean.length == 0 || mean.length != deviation.length || mean.length != origin.length) {
      throw new IllegalArgumentException("mean, deviation and origin must have equal lengths");
    }
    for (int d = 0; d < mean.length; d++) {
      if (!inRange(mean[d]) || !inRange(origin[d]) || !(deviation[d] >= 0) || !inRange(deviation[d])) {
        throw new IllegalArgumentException(
            "component " + d + " cannot be scaled with mean " + mean[d] + ", deviation " + deviation[d]
                + " and origin " + origin[d] + "; float32 ends at 3.4e38");
      }
    }
    if (frame.components() != mean.length) {
      throw new IllegalArgumentException("the frame is for " + frame.components() + " components");
    }
    if (Arrays.stream(deviation).allMatch(s -> s == 0)) {
      throw new IllegalArgumentException(
          "every component of the data is constant (deviation 0): there is nothing to learn");
    }
  }

  /// A scaling whose state has a coordinate for every component.
  public Scaling(double[] mean, double[] deviation, double[] origin) {
    this(mean, deviation, origin, Frame.of(mean.length));
  }

  /// A scaling of data that are kept as they are.
  public Scaling(double[] mean, double[] deviation) {
    this(mean, deviation, new double[mean.length]);
  }

  private static boolean inRange(double value) {
    return Math.abs(value) <= Float.MAX_VALUE;
  }

  /// Data units and state units are the same.
  public static Scaling identity(int dimension) {
    double[] ones = new double[dimension];
    Arrays.fill(ones, 1);
    return new Scaling(new double[dimension], ones);
  }

  /// The scaling of a data set. Constant components are kept as they are.
  ///
  /// @param standardize whether every component gets mean 0 and standard deviation 1
  /// @throws IllegalArgumentException when every component is constant
  public static Scaling of(DataSet data, boolean standardize) {
    int dimension = data.dimension();
    if (!standardize && data.size() == 1) {
      return new Scaling(new double[dimension], identity(dimension).deviation, data.origin());
    }
    Scaling full = standardize(data.points(), dimension);
    double[] mean = full.mean;
    double[] deviation = full.deviation;
    for (int d = 0; d < dimension && !standardize; d++) {
      if (deviation[d] > 0) {
        mean[d] = 0;
        deviation[d] = 1;
      }
    }
    return new Scaling(mean, deviation, data.origin());
  }

  /// The scaling of particles whose mean is 0: every component has the mean 0 and the same deviation, so that turned
  /// particles have turned states.
  ///
  /// @param standardize whether that is the root of the mean square over all components, or 1
  public static Scaling of(DataSet data, boolean standardize, Frame frame) {
    if (frame.centred().isEmpty() && frame.conditions() == 0) {
      return of(data, standardize);
    }
    int made = frame.made();
    if (frame.centred().isEmpty()) {
      Scaling all = of(data, standardize);
      scaleConditions(data, made, all.mean, all.deviation);
      return new Scaling(all.mean, all.deviation, all.origin, frame);
    }
    double squares = 0;
    for (int i = 0; i < data.points().length; i++) {
      squares += i % data.dimension() < made ? (double) data.points()[i] * data.points()[i] : 0;
    }
    double[] deviation = new double[data.dimension()];
    Arrays.fill(deviation, standardize ? Math.sqrt(squares / ((double) data.size() * made)) : 1);
    double[] mean = new double[data.dimension()];
    scaleConditions(data, made, mean, deviation);
    return new Scaling(mean, deviation, data.origin(), frame);
  }

  /// Numbers with a name are standardised, all other conditions are as they are.
  private static void scaleConditions(DataSet data, int made, double[] mean, double[] deviation) {
    Scaling full = standardize(data.points(), data.dimension());
    for (int d = made; d < data.dimension(); d++) {
      boolean number = data.told().isNumber(d - made);
      if (number && full.isConstant(d)) {
        throw new IllegalArgumentException(
            "the condition in component " + d + " is the same in all points; there is nothing to learn from it");
      }
      mean[d] = number ? full.mean[d] : 0;
      deviation[d] = number ? full.deviation[d] : 1;
    }
  }

  /// The same map for points that are given less another origin.
  public Scaling movedTo(double[] other) {
    double[] moved = mean.clone();
    for (int d = 0; d < moved.length; d++) {
      moved[d] += origin[d] - other[d];
    }
    return new Scaling(moved, deviation, other, frame);
  }

  /// Every component gets mean 0 and standard deviation 1 over the points, except constant ones.
  ///
  /// @throws IllegalArgumentException when every component is constant
  public static Scaling standardize(float[] points, int dimension) {
    int n = points.length / dimension;
    double[] mean = new double[dimension];
    double[] deviation = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      double sum = 0;
      boolean constant = true;
      for (int i = 0; i < n; i++) {
        sum += points[i * dimension + d];
        constant &= points[i * dimension + d] == points[d];
      }
      if (constant) {
        mean[d] = points[d];
        continue;
      }
      mean[d] = sum / n;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double difference = points[i * dimension + d] - mean[d];
        squares += difference * difference;
      }
      deviation[d] = Math.sqrt(squares / n);
    }
    return new Scaling(mean, deviation);
  }

  /// D of the data.
  public int dimension() {
    return mean.length;
  }

  /// D of the state.
  public int coordinates() {
    return frame.coordinates();
  }

  /// Whether a component is the same in all data.
  public boolean isConstant(int component) {
    return deviation[component] == 0;
  }

  /// The constant components.
  public int[] constants() {
    return IntStream.range(0, dimension()).filter(this::isConstant).toArray();
  }

  /// Points [n, D] in data units, less the origin, to a new array of states.
  public float[] toState(float[] points) {
    float[] state = new float[points.length];
    for (int i = 0; i < points.length; i++) {
      int d = i % dimension();
      state[i] = isConstant(d) ? 0 : (float) ((points[i] - mean[d]) / deviation[d]);
    }
    return frame.toCoordinates(state);
  }

  /// The first `count` states of an array in data units less the origin, [count, D]: in place where the frame lets it.
  public float[] toData(float[] state, int count) {
    float[] points = frame.toComponents(state, count);
    for (int i = 0; i < count * dimension(); i++) {
      int d = i % dimension();
      points[i] = (float) (isConstant(d) ? mean[d] : deviation[d] * points[i] + mean[d]);
    }
    return points;
  }
}
