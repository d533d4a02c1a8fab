package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;

/// Stationary flow through a random medium: -div(k grad u) = f on the unit interval or square, u = 0 at its edge.
///
/// log k is a Gaussian random field with the covariance deviation^2 exp(-d^2 / (2 length^2)). On a grid of n points
/// along each axis, h = 1/(n + 1) apart and from the edge, the flux between neighbours is (k + k')/2 (u' - u)/h, k being
/// continued beyond the edge as it is at the last point; u solves these equations to rounding. A sample is k, then u.
public final class DarcyFields implements Distribution {
  private final int axes;
  private final int n;
  private final double source;
  private final double[][] root; // of the covariance of log k, lower triangular

  /// @param axes 1 or 2
  /// @param n grid points along an axis
  /// @param length correlation length of log k, the domain being 1
  /// @param deviation standard deviation of log k
  /// @param source f
  public DarcyFields(int axes, int n, double length, double deviation, double source) {
    if (axes < 1 || axes > 2 || n < 2 || Math.pow(n, axes) > 4096) {
      throw new IllegalArgumentException("cannot make fields on " + n + "^" + axes + " points");
    }
    this.axes = axes;
    this.n = n;
    this.source = source;
    root = root(length, deviation);
  }

  private DarcyFields(int axes, int n, double source, double[][] root) {
    this.axes = axes;
    this.n = n;
    this.source = source;
    this.root = root;
  }

  /// The same media with another source.
  public DarcyFields withSource(double other) {
    return new DarcyFields(axes, n, other, root);
  }

  private int points() {
    return axes == 1 ? n : n * n;
  }

  private double[][] root(double length, double deviation) {
    int points = points();
    double h = 1.0 / (n + 1);
    double[][] covariance = new double[points][points];
    for (int i = 0; i < points; i++) {
      for (int j = 0; j < points; j++) {
        double dx = h * (i % n - j % n);
        double dy = h * (i / n - j / n);
        covariance[i][j] =
            deviation * deviation * Math.exp(-(dx * dx + dy * dy) / (2 * length * length));
      }
      // Smooth fields have covariances of hardly full rank.
      covariance[i][i] += 1e-8 * deviation * deviation;
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(covariance, false), 1e-12, 1e-14)
        .getL()
        .getData();
  }

  @Override
  public String name() {
    return "darcy-" + axes + "d";
  }

  @Override
  public int dimension() {
    return 2 * points();
  }

  @Override
  public List<String> components() {
    String extents = axes == 1 ? "[" + n + "]" : "[" + n + "," + n + "]";
    return List.of("k" + extents, "u" + extents);
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    int points = points();
    float[] samples = new float[Math.multiplyExact(count, 2 * points)];
    Meter meter = Watch.current().meter("data", count, "fields");
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              meter.step(1);
              float[] z = new float[points];
              new NoiseSource(seed).normals(NoiseStream.DATA, first + i, 0, z, 0, points);
              double[] k = new double[points];
              for (int p = 0; p < points; p++) {
                double log = 0;
                for (int j = 0; j <= p; j++) {
                  log += root[p][j] * z[j];
                }
                // Samples are float32: u belongs to the k that is kept.
                k[p] = (float) Math.exp(log);
                samples[2 * points * i + p] = (float) k[p];
              }
              double[] u = solve(k);
              for (int p = 0; p < points; p++) {
                samples[2 * points * i + points + p] = (float) u[p];
              }
            });
    return samples;
  }

  /// The solution u for a given k, both with the last index varying fastest.
  public double[] solve(double[] k) {
    int points = points();
    int band = axes == 1 ? 1 : n;
    double[][] matrix = new double[points][band + 1]; // [row][row - column]
    double[] right = new double[points];
    double squared = (n + 1.0) * (n + 1.0);
    for (int p = 0; p < points; p++) {
      right[p] = source;
      for (int axis = 0; axis < axes; axis++) {
        int stride = axis == 0 ? 1 : n;
        int place = p / stride % n;
        for (int by = -1; by <= 1; by += 2) {
          boolean inside = place + by >= 0 && place + by < n;
          int neighbour = inside ? p + by * stride : p;
          double flux = 0.5 * (k[p] + k[neighbour]) * squared;
          matrix[p][0] += flux;
          if (inside && by < 0) {
            matrix[p][stride] -= flux;
          }
        }
      }
    }
    return BandedCholesky.solve(matrix, right);
  }
}
