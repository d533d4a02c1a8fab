package io.scorefield.train;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.network.Architecture;
import io.scorefield.network.Architecture.Block;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/// The least mean squared error of a network that is linear in its parameters and has parameters of its own for every
/// noise level: linear equations, solved level by level.
///
/// All parameter blocks are W [coefficients, features], and the features of level i are 1 at i and 0 elsewhere. What the
/// output changes by with a coefficient is found by evaluating the network with that coefficient alone.
public final class LinearFit {
  /// Numbers of all examples of a level, about.
  private static final int NUMBERS = 24_576;

  /// What is added to the diagonal of the equations, as a share of its mean: functions of which the data tell nothing get 0.
  /// It is the same for all coefficients, whose functions are of one height. A share of each diagonal element would be next
  /// to nothing for functions that few examples meet, and their coefficients would fit the noise of those.
  private static final double RIDGE = 1e-7;

  private final Engine engine;
  private final Architecture architecture;
  private final NoiseTable table;
  private final float[] states;
  private final long seed;

  /// Where the objective pairs noise with data, the pairs.
  private final Optional<Pairs> pairs;

  /// Examples of a level. Where noise is put to any data, half of them have the noise of the others with the opposite sign:
  /// where there is little noise, what it alone contributes to the equations then cancels.
  private final int examples;

  /// @param table without physics
  /// @param coupling which noise belongs to which data
  /// @param points [n, D] in data units
  public LinearFit(
      Engine engine,
      Diffuser diffuser,
      Architecture architecture,
      NoiseTable table,
      Objective.Coupling coupling,
      float[] points,
      long seed) {
    this.engine = engine;
    this.architecture = architecture;
    this.table = table;
    states = diffuser.scaling().toState(points);
    this.seed = seed;
    pairs =
        coupling == Objective.Coupling.OPTIMAL_TRANSPORT
            ? Optional.of(Pairs.optimal(states, architecture.dimension(), seed))
            : Optional.empty();
    examples = 2 * Math.max(256, NUMBERS / 2 / architecture.dimension());
    for (int row = 0; row < table.rows(); row++) {
      double[] features = features(row);
      for (int e = 0; e < features.length; e++) {
        if (table.rows() != features.length || features[e] != (e == row ? 1 : 0)) {
          throw new IllegalArgumentException(
              "a fit level by level needs one time feature for every noise level: with T levels, network.time-embedding: "
                  + "{kind: levels, count: T}");
        }
      }
    }
  }

  private double[] features(int row) {
    int count = table.featureCount();
    return Arrays.copyOfRange(table.timeFeatures(), row * count, (row + 1) * count);
  }

  /// The network of least error.
  public Network solve() {
    int levels = table.rows();
    float[] parameters = new float[architecture.parameterCount()];
    int coefficients = parameters.length / levels;
    Meter meter = Watch.current().meter("fit", levels, "levels");
    for (int level = 0; level < levels; level++) {
      double[] theta = solve(level, coefficients);
      for (int k = 0; k < coefficients; k++) {
        parameters[place(k, level)] = (float) theta[k];
      }
      meter.step(1);
    }
    return new Network(architecture, parameters);
  }

  /// Where coefficient k of a level lies in the flat parameters.
  private int place(int k, int level) {
    int left = k;
    for (Block block : architecture.blocks()) {
      int rows = block.length(0);
      if (left < rows) {
        return block.offset() + left * table.rows() + level;
      }
      left -= rows;
    }
    throw new IllegalStateException("there are not so many coefficients");
  }

  private double[] solve(int level, int coefficients) {
    int dimension = architecture.dimension();
    float[] input = new float[examples * dimension];
    double[] target = new double[input.length];
    float[] x0 = new float[dimension];
    float[] eps = new float[dimension];
    for (int i = 0; i < examples; i++) {
      example(level, i, x0, eps);
      for (int d = 0; d < dimension; d++) {
        double x = table.get(NoiseColumn.ALPHA, level) * x0[d] + table.get(NoiseColumn.SIGMA, level) * eps[d];
        input[i * dimension + d] = (float) (table.get(NoiseColumn.INPUT_SCALE, level) * x);
        target[i * dimension + d] =
            table.get(NoiseColumn.TARGET_X0, level) * x0[d] + table.get(NoiseColumn.TARGET_EPS, level) * eps[d];
      }
    }
    double[] features = features(level);
    float[][] directions = new float[coefficients][input.length];
    float[] unit = new float[architecture.parameterCount()];
    for (int k = 0; k < coefficients; k++) {
      unit[place(k, level)] = 1;
      engine.evaluate(new Network(architecture, unit), input, features, directions[k]);
      unit[place(k, level)] = 0;
    }
    return solve(directions, target);
  }

  /// The data and the noise of example i of a level.
  private void example(int level, int i, float[] x0, float[] eps) {
    int dimension = architecture.dimension();
    // Neighbours in the data may be alike: every level sees points from everywhere.
    if (pairs.isPresent()) {
      int count = pairs.get().points().length / dimension;
      int at = (int) (((long) i * count / examples + level) % count) * dimension;
      System.arraycopy(pairs.get().points(), at, x0, 0, dimension);
      System.arraycopy(pairs.get().noise(), at, eps, 0, dimension);
      return;
    }
    int points = states.length / dimension;
    int point = (int) (((long) (i / 2) * points / (examples / 2) + level) % points);
    System.arraycopy(states, point * dimension, x0, 0, dimension);
    new NoiseSource(seed)
        .normals(NoiseStream.TRAINING_NOISE, ((long) level * examples + i) / 2, 0, eps, 0, dimension);
    if (i % 2 == 1) {
      for (int d = 0; d < dimension; d++) {
        eps[d] = -eps[d];
      }
    }
  }

  private static double[] solve(float[][] directions, double[] target) {
    int count = directions.length;
    RealMatrix equations = new Array2DRowRealMatrix(count, count);
    ArrayRealVector right = new ArrayRealVector(count);
    double trace = 0;
    for (int a = 0; a < count; a++) {
      for (int b = 0; b <= a; b++) {
        double sum = 0;
        for (int i = 0; i < target.length; i++) {
          sum += (double) directions[a][i] * directions[b][i];
        }
        equations.setEntry(a, b, sum);
        equations.setEntry(b, a, sum);
      }
      double sum = 0;
      for (int i = 0; i < target.length; i++) {
        sum += directions[a][i] * target[i];
      }
      right.setEntry(a, sum);
      trace += equations.getEntry(a, a);
    }
    for (int a = 0; a < count; a++) {
      equations.addToEntry(a, a, RIDGE * trace / count);
    }
    return new CholeskyDecomposition(equations, 1e-9, 0).getSolver().solve(right).toArray();
  }
}
