package io.scorefield.eval;

import io.scorefield.data.Assignment;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Watch;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// Distances between two samples of points, [n, D] each.
public final class Distances {
  private Distances() {}

  /// The sliced 2-Wasserstein distance: the root of the mean over directions of the squared
  /// 2-Wasserstein distance of the projections, which sorting gives exactly.
  ///
  /// In the plane the directions are evenly spaced; in other dimensions they are random, the same in
  /// every call.
  ///
  /// @throws IllegalArgumentException when the samples have different sizes
  public static double slicedWasserstein2(float[] a, float[] b, int dimension, int directions) {
    return slicedWasserstein2(a, b, dimension, directions, 1).value();
  }

  /// The 2-Wasserstein distance itself, by the cheapest pairing of the two samples, with what it is without each group of both.
  static Jackknife wasserstein2(float[] a, float[] b, int dimension, int groups) {
    int n = a.length / dimension;
    double[] values = new double[groups + 1];
    Watch watch = Watch.current();
    IntStream.rangeClosed(0, groups)
        .parallel()
        .forEach(
            g -> {
              watch.check();
              int from = g == groups ? n : Jackknife.start(n, g, groups);
              int to = g == groups ? n : Jackknife.start(n, g + 1, groups);
              values[g] = Assignment.wasserstein2(without(a, from, to, dimension), without(b, from, to, dimension), dimension);
            });
    return new Jackknife(values[groups], Arrays.copyOf(values, groups));
  }

  private static float[] without(float[] points, int from, int to, int dimension) {
    float[] rest = new float[points.length - (to - from) * dimension];
    System.arraycopy(points, 0, rest, 0, from * dimension);
    System.arraycopy(points, to * dimension, rest, from * dimension, points.length - to * dimension);
    return rest;
  }

  /// The same with what it is without each group of both samples.
  static Jackknife slicedWasserstein2(float[] a, float[] b, int dimension, int directions, int groups) {
    if (a.length != b.length || a.length == 0) {
      throw new IllegalArgumentException("sliced Wasserstein distance of unequal or empty samples");
    }
    Jackknife[] squares = new Jackknife[directions];
    Watch watch = Watch.current();
    IntStream.range(0, directions)
        .parallel()
        .forEach(
            k -> {
              watch.check();
              double[] direction = direction(k, directions, dimension);
              SortedGroups p = SortedGroups.of(project(a, direction), groups);
              SortedGroups q = SortedGroups.of(project(b, direction), groups);
              squares[k] = Jackknife.of(groups, without -> meanSquare(p.without(without), q.without(without)));
            });
    return Jackknife.of(
        groups,
        without ->
            Math.sqrt(
                Arrays.stream(squares).mapToDouble(of -> without < 0 ? of.value() : of.without()[without]).sum()
                    / directions));
  }

  private static double meanSquare(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += (p[i] - q[i]) * (p[i] - q[i]) / p.length;
    }
    return sum;
  }

  /// Direction k of the sliced distances, a unit vector `[D]`.
  public static double[] direction(int k, int directions, int dimension) {
    if (dimension == 1) {
      return new double[] {1};
    }
    if (dimension == 2) {
      double angle = Math.PI * k / directions;
      return new double[] {Math.cos(angle), Math.sin(angle)};
    }
    float[] normal = new float[dimension];
    new NoiseSource(0).normals(NoiseStream.DATA, k, 0, normal, 0, dimension);
    double length = 0;
    for (float z : normal) {
      length += (double) z * z;
    }
    double[] direction = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      direction[d] = normal[d] / Math.sqrt(length);
    }
    return direction;
  }

  private static double[] project(float[] points, double[] direction) {
    int dimension = direction.length;
    double[] projected = new double[points.length / dimension];
    for (int i = 0; i < projected.length; i++) {
      for (int d = 0; d < dimension; d++) {
        projected[i] += points[i * dimension + d] * direction[d];
      }
    }
    return projected;
  }

  /// The energy distance, the root of 2 E|X - Y| - E|X - X'| - E|Y - Y'| over all pairs.
  ///
  /// Source: Szekely and Rizzo 2013. Computed over all pairs including equal ones, so never negative.
  public static double energy(float[] a, float[] b, int dimension) {
    return energy(a, b, dimension, 1).value();
  }

  /// The same with what it is without each group of both samples.
  static Jackknife energy(float[] a, float[] b, int dimension, int groups) {
    PairSums between = PairSums.of(a, b, dimension, groups, Math::sqrt);
    PairSums first = PairSums.of(a, a, dimension, groups, Math::sqrt);
    PairSums second = PairSums.of(b, b, dimension, groups, Math::sqrt);
    return Jackknife.of(
        groups,
        without ->
            Math.sqrt(Math.max(0, 2 * between.mean(without) - first.mean(without) - second.mean(without))));
  }

  /// The maximum mean discrepancy with the kernel exp(-|x - y|^2 / (2 bandwidth^2)).
  ///
  /// Source: Gretton et al. 2012, equation 5 (the biased estimate, never negative).
  public static double rbfMmd(float[] a, float[] b, int dimension, double bandwidth) {
    return rbfMmd(a, b, dimension, bandwidth, 1).value();
  }

  /// The same with what it is without each group of both samples.
  static Jackknife rbfMmd(float[] a, float[] b, int dimension, double bandwidth, int groups) {
    DoubleUnaryOperator kernel = squared -> Math.exp(-squared / (2 * bandwidth * bandwidth));
    PairSums between = PairSums.of(a, b, dimension, groups, kernel);
    PairSums first = PairSums.of(a, a, dimension, groups, kernel);
    PairSums second = PairSums.of(b, b, dimension, groups, kernel);
    return Jackknife.of(
        groups,
        without ->
            Math.sqrt(Math.max(0, first.mean(without) + second.mean(without) - 2 * between.mean(without))));
  }

  /// The median distance between two points of a sample (of at most its first 500).
  public static double medianDistance(float[] points, int dimension) {
    int n = Math.min(500, points.length / dimension);
    double[] distances = new double[n * (n - 1) / 2];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        distances[at++] = Math.sqrt(squared(points, i, points, j, dimension));
      }
    }
    Arrays.sort(distances);
    return distances.length == 0 ? 1 : Math.max(distances[distances.length / 2], 1e-12);
  }

  /// For every point of `a` the distances to its nearest and second-nearest point of `b`, [n, 2].
  public static double[][] nearest(float[] a, float[] b, int dimension) {
    int n = a.length / dimension;
    int m = b.length / dimension;
    double[][] nearest = new double[n][];
    Watch watch = Watch.current();
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              watch.check();
              double first = Double.POSITIVE_INFINITY;
              double second = Double.POSITIVE_INFINITY;
              for (int j = 0; j < m; j++) {
                double s = squared(a, i, b, j, dimension);
                if (s < first) {
                  second = first;
                  first = s;
                } else if (s < second) {
                  second = s;
                }
              }
              nearest[i] = new double[] {Math.sqrt(first), Math.sqrt(second)};
            });
    return nearest;
  }

  /// Kuiper's statistic V = D+ + D- of angles against the uniform distribution on the circle:
  /// 0 for perfectly even angles, 1 for a single one.
  ///
  /// Source: Kuiper 1960; it does not depend on where the angle 0 lies.
  public static double kuiper(double[] angles) {
    return kuiper(angles, 1).value();
  }

  /// The same with what it is without each group.
  static Jackknife kuiper(double[] angles, int groups) {
    double[] turns =
        Arrays.stream(angles).map(a -> a / (2 * Math.PI) - Math.floor(a / (2 * Math.PI))).toArray();
    SortedGroups sorted = SortedGroups.of(turns, groups);
    return Jackknife.of(groups, without -> kuiperOfSorted(sorted.without(without)));
  }

  private static double kuiperOfSorted(double[] turns) {
    double above = 0;
    double below = 0;
    int n = turns.length;
    for (int i = 0; i < n; i++) {
      above = Math.max(above, (i + 1.0) / n - turns[i]);
      below = Math.max(below, turns[i] - (double) i / n);
    }
    return above + below;
  }

  static double squared(float[] a, int i, float[] b, int j, int dimension) {
    double sum = 0;
    for (int d = 0; d < dimension; d++) {
      double difference = (double) a[i * dimension + d] - b[j * dimension + d];
      sum += difference * difference;
    }
    return sum;
  }
}
