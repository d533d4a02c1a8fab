package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/// A mixture of Gaussians: the distribution whose score is known exactly at every noise level.
///
/// If x_0 is a mixture with weights w_k, means mu_k and covariances C_k, then
/// x_t = alpha x_0 + sigma eps is one with means alpha mu_k and covariances alpha^2 C_k + sigma^2 I.
public final class GaussianMixture implements ClassMixture {
  /// Points between two looks at whether to stop.
  private static final int BLOCK = 4096;

  private final String name;
  private final double[] weights;
  private final double[][] means;
  private final double[][][] covariances;
  private final double[][][] factors;
  private volatile List<ScoreFunction> joints; // of the Gaussians alone, once they are asked for

  /// @param weights positive, summing to 1
  /// @param means one `[D]` a component
  /// @param covariances one symmetric positive definite [D, D] a component
  public GaussianMixture(
      String name, double[] weights, double[][] means, double[][][] covariances) {
    if (weights.length == 0 || weights.length != means.length
        || weights.length != covariances.length) {
      throw new IllegalArgumentException("weights, means and covariances must be equally many");
    }
    double total = 0;
    for (double weight : weights) {
      if (!(weight > 0)) {
        throw new IllegalArgumentException("the weights of a mixture must be positive");
      }
      total += weight;
    }
    if (Math.abs(total - 1) > 1e-9) {
      throw new IllegalArgumentException("the weights of a mixture sum to " + total + ", not 1");
    }
    this.name = name;
    this.weights = weights;
    this.means = means;
    this.covariances = covariances;
    this.factors = new double[weights.length][][];
    for (int k = 0; k < weights.length; k++) {
      factors[k] = new CholeskyDecomposition(matrix(covariances[k])).getL().getData();
    }
  }

  /// Eight equal Gaussians with the given deviation, evenly spaced on a circle.
  public static GaussianMixture eightGaussians(double radius, double deviation) {
    double[] weights = new double[8];
    double[][] means = new double[8][];
    double[][][] covariances = new double[8][][];
    double variance = deviation * deviation;
    for (int k = 0; k < 8; k++) {
      double angle = 2 * Math.PI * k / 8;
      weights[k] = 0.125;
      means[k] = new double[] {radius * Math.cos(angle), radius * Math.sin(angle)};
      covariances[k] = new double[][] {{variance, 0}, {0, variance}};
    }
    return new GaussianMixture("eight-gaussians", weights, means, covariances);
  }

  /// One Gaussian around 0 whose components i and j have the covariance
  /// deviation^2 correlation^|i - j|.
  public static GaussianMixture gaussian(int dimension, double deviation, double correlation) {
    double[][] covariance = new double[dimension][dimension];
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        covariance[i][j] = deviation * deviation * Math.pow(correlation, Math.abs(i - j));
      }
    }
    return new GaussianMixture(
        "gaussian", new double[] {1}, new double[][] {new double[dimension]},
        new double[][][] {covariance});
  }

  /// The number of components of the mixture.
  public int parts() {
    return weights.length;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimension() {
    return means[0].length;
  }

  /// The Gaussians by their numbers.
  @Override
  public List<String> classes() {
    return IntStream.range(0, parts()).mapToObj(String::valueOf).toList();
  }

  @Override
  public Distribution part(int k) {
    return alone(k);
  }

  private GaussianMixture alone(int k) {
    return new GaussianMixture(name, new double[] {1}, new double[][] {means[k]}, new double[][][] {covariances[k]});
  }

  @Override
  public int[] labels(long seed, long first, int count) {
    NoiseSource source = new NoiseSource(seed);
    return IntStream.range(0, count).map(i -> label(source, first + i)).toArray();
  }

  private int label(NoiseSource source, long point) {
    double u = source.uniform(NoiseStream.DATA, point, 0);
    int k = 0;
    for (double sum = weights[0]; u > sum && k < weights.length - 1; sum += weights[k]) {
      k++;
    }
    return k;
  }

  @Override
  public double logJoint(int k, double[] point) {
    if (joints == null) {
      joints = IntStream.range(0, parts()).mapToObj(part -> alone(part).scoreFunction()).toList();
    }
    return Math.log(weights[k]) + joints.get(k).evaluate(point, new double[dimension()]);
  }

  public double weight(int component) {
    return weights[component];
  }

  /// The mean of the whole.
  public double[] mean() {
    double[] mean = new double[dimension()];
    for (int k = 0; k < weights.length; k++) {
      for (int d = 0; d < mean.length; d++) {
        mean[d] += weights[k] * means[k][d];
      }
    }
    return mean;
  }

  public double[] mean(int component) {
    return means[component].clone();
  }

  public double[][] covariance(int component) {
    return matrix(covariances[component]).getData();
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    int dimension = dimension();
    NoiseSource source = new NoiseSource(seed);
    float[] points = new float[count * dimension];
    float[] z = new float[dimension];
    Meter meter = Watch.current().meter("data", count, "points");
    for (int i = 0; i < count; i++) {
      if (i % BLOCK == 0) {
        meter.step(Math.min(BLOCK, count - i));
      }
      int k = label(source, first + i);
      source.normals(NoiseStream.DATA, first + i, 4, z, 0, dimension);
      for (int d = 0; d < dimension; d++) {
        double value = means[k][d];
        for (int e = 0; e <= d; e++) {
          value += factors[k][d][e] * z[e];
        }
        points[i * dimension + d] = (float) value;
      }
    }
    return points;
  }

  @Override
  public Optional<LogDensity> logDensity() {
    ScoreFunction function = scoreFunction();
    double[] unused = new double[dimension()];
    return Optional.of(point -> function.evaluate(point, unused));
  }

  /// The distribution of alpha x_0 + sigma eps.
  public GaussianMixture noised(double alpha, double sigma) {
    double[][] noisedMeans = new double[weights.length][dimension()];
    double[][][] noisedCovariances = new double[weights.length][dimension()][dimension()];
    for (int k = 0; k < weights.length; k++) {
      for (int d = 0; d < dimension(); d++) {
        noisedMeans[k][d] = alpha * means[k][d];
        for (int e = 0; e < dimension(); e++) {
          noisedCovariances[k][d][e] =
              alpha * alpha * covariances[k][d][e] + (d == e ? sigma * sigma : 0);
        }
      }
    }
    return new GaussianMixture(name, weights, noisedMeans, noisedCovariances);
  }

  /// The distribution of the states of a diffusion, (x_0 - mean) / deviation by component.
  public GaussianMixture scaled(Scaling scaling) {
    double[] scale = scaling.deviation();
    double[][] scaledMeans = new double[weights.length][dimension()];
    double[][][] scaledCovariances = new double[weights.length][dimension()][dimension()];
    for (int k = 0; k < weights.length; k++) {
      for (int d = 0; d < dimension(); d++) {
        scaledMeans[k][d] = (means[k][d] - scaling.mean()[d]) / scale[d];
        for (int e = 0; e < dimension(); e++) {
          scaledCovariances[k][d][e] = covariances[k][d][e] / (scale[d] * scale[e]);
        }
      }
    }
    return new GaussianMixture(name, weights, scaledMeans, scaledCovariances);
  }

  /// Evaluates the log-density and the score of this mixture at many points.
  public ScoreFunction scoreFunction() {
    return new ScoreFunction();
  }

  /// The log-density and its gradient, with the matrices inverted once.
  public final class ScoreFunction {
    private final double[][][] precision = new double[weights.length][][];
    private final double[] logScale = new double[weights.length];

    private ScoreFunction() {
      for (int k = 0; k < weights.length; k++) {
        CholeskyDecomposition cholesky = new CholeskyDecomposition(matrix(covariances[k]));
        precision[k] = cholesky.getSolver().getInverse().getData();
        logScale[k] =
            Math.log(weights[k])
                - 0.5 * (dimension() * Math.log(2 * Math.PI) + Math.log(cholesky.getDeterminant()));
      }
    }

    /// Writes the score grad log p(x) to `score` and returns log p(x).
    public double evaluate(double[] x, double[] score) {
      int dimension = dimension();
      double[] logs = new double[weights.length];
      double[][] gradients = new double[weights.length][dimension];
      double largest = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < weights.length; k++) {
        double quadratic = 0;
        for (int d = 0; d < dimension; d++) {
          for (int e = 0; e < dimension; e++) {
            gradients[k][d] -= precision[k][d][e] * (x[e] - means[k][e]);
          }
          quadratic -= gradients[k][d] * (x[d] - means[k][d]);
        }
        logs[k] = logScale[k] - 0.5 * quadratic;
        largest = Math.max(largest, logs[k]);
      }
      double total = 0;
      for (double log : logs) {
        total += Math.exp(log - largest);
      }
      for (int d = 0; d < dimension; d++) {
        score[d] = 0;
        for (int k = 0; k < weights.length; k++) {
          score[d] += Math.exp(logs[k] - largest) / total * gradients[k][d];
        }
      }
      return largest + Math.log(total);
    }
  }

  private static RealMatrix matrix(double[][] values) {
    return new Array2DRowRealMatrix(values);
  }
}
