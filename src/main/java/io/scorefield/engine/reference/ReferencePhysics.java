package io.scorefield.engine.reference;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import java.util.Arrays;

/// Losses of a tape's residuals, their gradients, and the projection; for one sample at a time.
final class ReferencePhysics {
  private final TapeRunner tape;
  private final double[] residuals;
  private final double[] along;
  private final double[] step;
  private final double[] slope;
  private final double[] direction;

  ReferencePhysics(Tape tape) {
    this.tape = new TapeRunner(tape);
    residuals = new double[tape.residuals()];
    along = new double[tape.residuals()];
    step = new double[tape.inputs()];
    slope = new double[tape.inputs()];
    direction = new double[tape.inputs()];
  }

  /// Writes the gradient of residualFactor * loss + objectiveFactor * objective at x[D] to `gradient` and returns its
  /// value.
  ///
  /// @param limit where positive, a residual beyond it counts as the limit
  double gradient(
      PhysicsTerm.Loss loss,
      double residualFactor,
      double limit,
      double objectiveFactor,
      double[] x,
      double[] gradient) {
    double objective = tape.forward(x, 0, residuals);
    double squares = 0;
    double absolutes = 0;
    for (double residual : residuals) {
      double r = limit > 0 && Math.abs(residual) > limit ? limit : residual;
      squares += r * r;
      absolutes += Math.abs(r);
    }
    double norm = Math.sqrt(squares);
    for (int j = 0; j < residuals.length; j++) {
      double r = residuals[j];
      residuals[j] =
          residualFactor
              * switch (loss) {
                case ABSOLUTE -> Math.signum(r);
                case NORM -> norm == 0 ? 0 : r / norm;
                case HALF_SQUARE -> limit > 0 && Math.abs(r) > limit ? 0 : r;
              };
    }
    Arrays.fill(gradient, 0);
    tape.reverse(x, 0, residuals, objectiveFactor, gradient, 0);
    double value =
        switch (loss) {
          case ABSOLUTE -> absolutes;
          case NORM -> norm;
          case HALF_SQUARE -> 0.5 * squares;
        };
    return residualFactor * value + objectiveFactor * objective;
  }

  /// The objective at x[D], and its gradient.
  double objective(double[] x, double[] gradient) {
    double objective = tape.forward(x, 0, residuals);
    Arrays.fill(residuals, 0);
    Arrays.fill(gradient, 0);
    tape.reverse(x, 0, residuals, 1, gradient, 0);
    return objective;
  }

  /// The residuals at x[D].
  void residuals(double[] x, double[] to) {
    tape.forward(x, 0, to);
  }

  /// A^T seeds + objectiveSeed times the objective's gradient, with A the derivative of the residuals at x.
  void transposed(double[] x, double[] seeds, double objectiveSeed, double[] gradient) {
    tape.forward(x, 0, residuals);
    Arrays.fill(gradient, 0);
    tape.reverse(x, 0, seeds, objectiveSeed, gradient, 0);
  }

  /// A direction.
  void along(double[] x, double[] direction, double[] change) {
    tape.along(x, 0, direction, change);
  }

  /// Moves x[D] onto the constraint; {@link PhysicsTerm} says how.
  void project(double[] x, int sweeps, int iterations) {
    for (int sweep = 0; sweep < sweeps; sweep++) {
      tape.forward(x, 0, residuals);
      Arrays.fill(step, 0);
      Arrays.fill(slope, 0);
      tape.reverse(x, 0, residuals, 0, slope, 0);
      System.arraycopy(slope, 0, direction, 0, slope.length);
      double gamma = dot(slope, slope);
      for (int k = 0; k < iterations && gamma > 0; k++) {
        tape.along(x, 0, direction, along);
        double length = dot(along, along);
        double alpha = length > 0 ? gamma / length : 0;
        for (int d = 0; d < step.length; d++) {
          step[d] += alpha * direction[d];
        }
        for (int j = 0; j < residuals.length; j++) {
          residuals[j] -= alpha * along[j];
        }
        if (k == iterations - 1) {
          break;
        }
        Arrays.fill(slope, 0);
        tape.reverse(x, 0, residuals, 0, slope, 0);
        double next = dot(slope, slope);
        double beta = next / gamma;
        for (int d = 0; d < step.length; d++) {
          direction[d] = slope[d] + beta * direction[d];
        }
        gamma = next;
      }
      for (int d = 0; d < step.length; d++) {
        x[d] -= step[d];
      }
    }
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
