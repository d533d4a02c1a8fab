package io.scorefield.spark.eval;

import java.io.Serializable;

/// Count, mean, covariance and range of points that are seen one by one, in parts that are merged. Sums are of differences from the
/// mean, so nothing cancels where the mean is large.
///
/// Source: Welford 1962; merging after Chan, Golub and LeVeque 1979.
public final class Moments implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] mean;
  private final double[][] products;
  private final double[] least;
  private final double[] greatest;
  private long count;

  /// @param dimension D
  public Moments(int dimension) {
    mean = new double[dimension];
    products = new double[dimension][];
    least = new double[dimension];
    greatest = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      products[d] = new double[d + 1];
      least[d] = Double.POSITIVE_INFINITY;
      greatest[d] = Double.NEGATIVE_INFINITY;
    }
  }

  /// Takes a point [D].
  public void add(double[] x) {
    count++;
    double[] before = new double[x.length];
    for (int d = 0; d < x.length; d++) {
      before[d] = x[d] - mean[d];
      mean[d] += before[d] / count;
      least[d] = Math.min(least[d], x[d]);
      greatest[d] = Math.max(greatest[d], x[d]);
      for (int e = 0; e <= d; e++) {
        products[d][e] += before[e] * (x[d] - mean[d]);
      }
    }
  }

  /// Takes the points of another part.
  public Moments merge(Moments other) {
    if (other.count == 0) {
      return this;
    }
    long all = count + other.count;
    double share = (double) other.count / all;
    double[] apart = new double[mean.length];
    for (int d = 0; d < mean.length; d++) {
      apart[d] = other.mean[d] - mean[d];
      for (int e = 0; e <= d; e++) {
        products[d][e] += other.products[d][e] + apart[d] * apart[e] * count * share;
      }
      mean[d] = count == 0 ? other.mean[d] : mean[d] + share * apart[d];
      least[d] = Math.min(least[d], other.least[d]);
      greatest[d] = Math.max(greatest[d], other.greatest[d]);
    }
    count = all;
    return this;
  }

  /// How many points.
  public long count() {
    return count;
  }

  /// [D]
  public double[] mean() {
    return mean.clone();
  }

  /// The unbiased covariance of two components; NaN of fewer than two points.
  public double covariance(int d, int e) {
    return count < 2 ? Double.NaN : products[Math.max(d, e)][Math.min(d, e)] / (count - 1);
  }

  /// The least value of every component, [D].
  public double[] least() {
    return least.clone();
  }

  /// The greatest value of every component, [D].
  public double[] greatest() {
    return greatest.clone();
  }
}
