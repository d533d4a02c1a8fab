package io.scorefield.matter;

import io.scorefield.physics.FunctionRunner;
import io.scorefield.physics.TapeRunner;
import java.util.Arrays;
import java.util.Optional;

/// Energies and virials of whole configurations, in double precision. Not to be shared between threads.
public final class ConfigurationEnergy {
  private static final double[] NO_RESIDUALS = {};

  private final Potential potential;
  private final Optional<FunctionRunner> pair;
  private final TapeRunner whole;
  private final double[] squares;
  private final double[] values;
  private final double[] slopes;
  private final double[] gradient;

  public ConfigurationEnergy(Potential potential) {
    this.potential = potential;
    pair = potential.pair().map(tape -> new FunctionRunner(tape, potential.pairs()));
    whole = new TapeRunner(potential.tape());
    squares = new double[potential.pairs()];
    values = new double[potential.pairs()];
    slopes = new double[potential.pairs()];
    gradient = new double[potential.dimension()];
  }

  /// U(x).
  ///
  /// @param x [N K]
  public double of(double[] x) {
    if (pair.isEmpty()) {
      return whole.forward(x, 0, NO_RESIDUALS);
    }
    squares(x);
    pair.get().values(squares, squares.length, values);
    return sum(values);
  }

  /// x . grad U, whose mean at temperature T is T K (N - 1) for energies that do not depend on where the particles are as a
  /// whole.
  public double virial(double[] x) {
    double virial = 0;
    if (pair.isPresent()) {
      squares(x);
      pair.get().slopes(squares, squares.length, values, slopes);
      for (int p = 0; p < squares.length; p++) {
        virial += 2 * squares[p] * slopes[p];
      }
      return virial;
    }
    whole.forward(x, 0, NO_RESIDUALS);
    Arrays.fill(gradient, 0);
    whole.reverse(x, 0, NO_RESIDUALS, 1, gradient, 0);
    for (int d = 0; d < gradient.length; d++) {
      virial += x[d] * gradient[d];
    }
    return virial;
  }

  private void squares(double[] x) {
    int axes = potential.axes();
    int at = 0;
    for (int i = 0; i < potential.particles(); i++) {
      for (int j = i + 1; j < potential.particles(); j++) {
        double square = 0;
        for (int axis = 0; axis < axes; axis++) {
          double difference = x[i * axes + axis] - x[j * axes + axis];
          square += difference * difference;
        }
        squares[at++] = square;
      }
    }
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
