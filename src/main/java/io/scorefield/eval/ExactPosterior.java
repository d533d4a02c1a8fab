package io.scorefield.eval;

import io.scorefield.data.Distribution;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Watch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;

/// The posterior of x given y = A(x) + noise where it is known, to compare samples with.
public sealed interface ExactPosterior {
  /// Distances of samples [n, D] from the posterior, by name.
  Map<String, Double> compare(float[] samples);

  /// Exact samples of the posterior, [n, D]: what they are off is the noise floor of {@link #compare}.
  ///
  /// @param first number of the first sample
  float[] draw(long seed, long first, int n);

  /// The posterior of a measurement, where the prior allows one.
  ///
  /// @param operator A as residuals, in data units
  static Optional<ExactPosterior> of(
      Distribution prior, Tape operator, double[] measured, double noise) {
    if (prior instanceof GaussianMixture mixture && mixture.parts() == 1) {
      return Gaussian.of(mixture, operator, measured, noise);
    }
    if (prior instanceof PlaneDistribution plane && plane.density().isPresent() && Grid.holds(plane)) {
      return Optional.of(Grid.of(plane.density().get(), operator, measured, noise));
    }
    return Optional.empty();
  }

  /// A Gaussian prior and a linear A: mean and covariance in closed form.
  record Gaussian(RealVector mean, RealMatrix covariance) implements ExactPosterior {
    static Optional<ExactPosterior> of(
        GaussianMixture prior, Tape operator, double[] measured, double noise) {
      int dimension = prior.dimension();
      int n = measured.length;
      TapeRunner runner = new TapeRunner(operator);
      double[] mean = prior.mean(0);
      RealMatrix a = new Array2DRowRealMatrix(n, dimension);
      double[] column = new double[n];
      double[] direction = new double[dimension];
      for (int d = 0; d < dimension; d++) {
        direction[d] = 1;
        runner.along(mean, 0, direction, column);
        direction[d] = 0;
        a.setColumn(d, column);
      }
      // Linear only if its derivative is the same elsewhere.
      for (double step : new double[] {0.731, -1.377}) {
        double[] elsewhere = mean.clone();
        for (int d = 0; d < dimension; d++) {
          elsewhere[d] += step * Math.cos(1 + d * d);
        }
        for (int d = 0; d < dimension; d++) {
          direction[d] = 1;
          runner.along(elsewhere, 0, direction, column);
          direction[d] = 0;
          if (a.getColumnVector(d).subtract(new ArrayRealVector(column)).getNorm()
              > 1e-9 * (1 + a.getFrobeniusNorm())) {
            return Optional.empty();
          }
        }
      }
      RealMatrix covariance = new Array2DRowRealMatrix(prior.covariance(0));
      RealMatrix cross = covariance.multiply(a.transpose());
      RealMatrix inner = a.multiply(cross);
      for (int j = 0; j < n; j++) {
        inner.addToEntry(j, j, noise * noise);
      }
      double[] predicted = new double[n];
      runner.forward(mean, 0, predicted);
      RealMatrix gain =
          cross.multiply(new CholeskyDecomposition(inner).getSolver().getInverse());
      RealVector innovation = new ArrayRealVector(measured).subtract(new ArrayRealVector(predicted));
      return Optional.of(
          new Gaussian(
              new ArrayRealVector(mean).add(gain.operate(innovation)),
              symmetric(covariance.subtract(gain.multiply(cross.transpose())))));
    }

    private static RealMatrix symmetric(RealMatrix matrix) {
      return matrix.add(matrix.transpose()).scalarMultiply(0.5);
    }

    @Override
    public float[] draw(long seed, long first, int n) {
      int dimension = mean.getDimension();
      // A very exact measurement leaves hardly any variance along it, which rounding may make negative.
      EigenDecomposition parts = new EigenDecomposition(covariance);
      RealMatrix root = parts.getV();
      for (int e = 0; e < dimension; e++) {
        root.setColumnVector(
            e, root.getColumnVector(e).mapMultiply(Math.sqrt(Math.max(0, parts.getRealEigenvalue(e)))));
      }
      NoiseSource noise = new NoiseSource(seed);
      float[] z = new float[dimension];
      float[] samples = new float[Math.multiplyExact(n, dimension)];
      for (int i = 0; i < n; i++) {
        noise.normals(NoiseStream.DATA, first + i, 0, z, 0, dimension);
        for (int d = 0; d < dimension; d++) {
          double x = mean.getEntry(d);
          for (int e = 0; e < dimension; e++) {
            x += root.getEntry(d, e) * z[e];
          }
          samples[i * dimension + d] = (float) x;
        }
      }
      return samples;
    }

    @Override
    public Map<String, Double> compare(float[] samples) {
      int dimension = mean.getDimension();
      int n = samples.length / dimension;
      RealVector own = new ArrayRealVector(dimension);
      for (int i = 0; i < samples.length; i++) {
        own.addToEntry(i % dimension, samples[i] / (double) n);
      }
      RealMatrix spread = new Array2DRowRealMatrix(dimension, dimension);
      for (int i = 0; i < n; i++) {
        for (int d = 0; d < dimension; d++) {
          for (int e = 0; e < dimension; e++) {
            spread.addToEntry(
                d, e,
                (samples[i * dimension + d] - own.getEntry(d)) * (samples[i * dimension + e] - own.getEntry(e))
                    / (n - 1.0));
          }
        }
      }
      Map<String, Double> distances = new LinkedHashMap<>();
      // In units of the posterior's own size.
      distances.put(
          "posterior-mean-error", own.subtract(mean).getNorm() / Math.sqrt(covariance.getTrace()));
      distances.put(
          "posterior-covariance-error",
          spread.subtract(covariance).getFrobeniusNorm() / covariance.getFrobeniusNorm());
      return distances;
    }
  }

  /// A density in the plane: the posterior on a grid of cells, by quadrature.
  ///
  /// @param probability of every cell [CELLS][CELLS], rows of y
  record Grid(double minX, double minY, double cell, double[][] probability) implements ExactPosterior {
    private static final int CELLS = 40;

    /// Where the grid begins along both axes, and how wide it is: half moons fit.
    private static final double LEAST = -2;
    private static final double WIDTH = 5;

    /// Points of the quadrature along a side of a cell.
    private static final int FINE = 5;

    /// Whether the grid reaches as far as the distribution, by some of its points.
    static boolean holds(PlaneDistribution prior) {
      for (float coordinate : prior.draw(0, 2000)) {
        if (coordinate < LEAST || coordinate > LEAST + WIDTH) {
          return false;
        }
      }
      return true;
    }

    static Grid of(
        PlaneDistribution.Density prior, Tape operator, double[] measured, double noise) {
      double minX = LEAST;
      double minY = LEAST;
      double cell = WIDTH / CELLS;
      double[][] probability = new double[CELLS][CELLS];
      TapeRunner runner = new TapeRunner(operator);
      double[] predicted = new double[measured.length];
      double[] point = new double[2];
      double total = 0;
      for (int row = 0; row < CELLS; row++) {
        Watch.current().check();
        for (int column = 0; column < CELLS; column++) {
          for (int i = 0; i < FINE * FINE; i++) {
            point[0] = minX + (column + (i % FINE + 0.5) / FINE) * cell;
            point[1] = minY + (row + (i / FINE + 0.5) / FINE) * cell;
            runner.forward(point, 0, predicted);
            double squares = 0;
            for (int j = 0; j < predicted.length; j++) {
              squares += Math.pow((predicted[j] - measured[j]) / noise, 2);
            }
            // Far from the measurement the prior need not be integrated.
            if (squares < 80) {
              probability[row][column] += Math.exp(-0.5 * squares) * prior.at(point[0], point[1]);
            }
          }
          total += probability[row][column];
        }
      }
      for (double[] row : probability) {
        for (int column = 0; column < CELLS; column++) {
          row[column] /= total;
        }
      }
      return new Grid(minX, minY, cell, probability);
    }

    /// Centres of cells, drawn by their probabilities.
    @Override
    public float[] draw(long seed, long first, int n) {
      double[] upTo = new double[CELLS * CELLS];
      double sum = 0;
      for (int i = 0; i < upTo.length; i++) {
        sum += probability[i / CELLS][i % CELLS];
        upTo[i] = sum;
      }
      NoiseSource noise = new NoiseSource(seed);
      float[] samples = new float[2 * n];
      for (int i = 0; i < n; i++) {
        int found = Arrays.binarySearch(upTo, noise.uniform(NoiseStream.DATA, first + i, 0) * sum);
        int at = Math.min(found < 0 ? -found - 1 : found + 1, upTo.length - 1);
        samples[2 * i] = (float) (minX + (at % CELLS + 0.5) * cell);
        samples[2 * i + 1] = (float) (minY + (at / CELLS + 0.5) * cell);
      }
      return samples;
    }

    @Override
    public Map<String, Double> compare(float[] samples) {
      int n = samples.length / 2;
      double[][] share = new double[CELLS][CELLS];
      double outside = 0;
      for (int i = 0; i < n; i++) {
        int column = (int) Math.floor((samples[2 * i] - minX) / cell);
        int row = (int) Math.floor((samples[2 * i + 1] - minY) / cell);
        if (row >= 0 && row < CELLS && column >= 0 && column < CELLS) {
          share[row][column] += 1.0 / n;
        } else {
          outside += 1.0 / n;
        }
      }
      double distance = outside;
      for (int row = 0; row < CELLS; row++) {
        for (int column = 0; column < CELLS; column++) {
          distance += Math.abs(share[row][column] - probability[row][column]);
        }
      }
      return Map.of("posterior-total-variation", distance / 2);
    }

    /// The density at a point, up to a factor.
    public double density(double x, double y) {
      int column = (int) Math.floor((x - minX) / cell);
      int row = (int) Math.floor((y - minY) / cell);
      return row >= 0 && row < CELLS && column >= 0 && column < CELLS ? probability[row][column] : 0;
    }
  }
}
