package io.scorefield.engine.reference;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.physics.Tape;
import java.util.Arrays;

/// Losses of a tape's residuals, their gradients, and the projection; for one sample at a time.
final class ReferencePhysics {
  private final Tape tape;
  private final double[] slots;
  private final double[] adjoints;

  ReferencePhysics(Tape tape) {
    this.tape = tape;
    this.slots = new double[tape.slots()];
    this.adjoints = new double[tape.slots()];
  }

  /// Writes the gradient of the loss at x[D] to `gradient` and returns the loss.
  double gradient(PhysicsTerm.Loss loss, double[] x, double[] gradient) {
    tape.forward(x, 0, slots);
    double squares = 0;
    double absolutes = 0;
    for (int slot : tape.residuals()) {
      squares += slots[slot] * slots[slot];
      absolutes += Math.abs(slots[slot]);
    }
    double norm = Math.sqrt(squares);
    Arrays.fill(adjoints, 0);
    for (int slot : tape.residuals()) {
      double r = slots[slot];
      adjoints[slot] +=
          switch (loss) {
            case ABSOLUTE -> Math.signum(r);
            case NORM -> norm == 0 ? 0 : r / norm;
            case HALF_SQUARE -> r;
          };
    }
    Arrays.fill(gradient, 0);
    tape.reverse(slots, adjoints, gradient, 0);
    return switch (loss) {
      case ABSOLUTE -> absolutes;
      case NORM -> norm;
      case HALF_SQUARE -> 0.5 * squares;
    };
  }

  /// Moves x[D] onto the constraint: per sweep and residual, x -= r grad r / |grad r|^2.
  ///
  /// @param gradient scratch [D]
  void project(double[] x, int sweeps, double[] gradient) {
    for (int sweep = 0; sweep < sweeps; sweep++) {
      for (int slot : tape.residuals()) {
        tape.forward(x, 0, slots);
        Arrays.fill(adjoints, 0);
        adjoints[slot] = 1;
        Arrays.fill(gradient, 0);
        double residual = slots[slot];
        tape.reverse(slots, adjoints, gradient, 0);
        double squared = 0;
        for (double g : gradient) {
          squared += g * g;
        }
        if (squared > 0) {
          for (int d = 0; d < x.length; d++) {
            x[d] -= residual * gradient[d] / squared;
          }
        }
      }
    }
  }
}
