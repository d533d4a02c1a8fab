package io.scorefield.engine;

import io.scorefield.physics.Tape;
import java.util.Optional;

/// The physics of a sampling call: which residuals, and which loss of them the gradient is of.
///
/// A projection makes a number of sweeps. A sweep moves x0hat by the shortest step d that makes the linearised
/// residuals vanish, J d = r, x0hat -= d (for a single residual x0hat -= r grad r / |grad r|^2, exact in one sweep for a
/// distance). d is found by conjugate gradients on the least-squares problem (CGLS, Bjorck 1996, algorithm 7.4.1), of
/// which as many iterations are made as there are residuals, but no more than `projectionIterations`.
///
/// @param tape the residuals r(x0hat) and the objective J(x0hat), in the units of the state; empty: no physics
/// @param loss what L(x0hat) is of the residuals
/// @param projectionSweeps how many sweeps a projection makes
/// @param projectionIterations iterations of a sweep at most
public record PhysicsTerm(
    Optional<Tape> tape, Loss loss, int projectionSweeps, int projectionIterations) {
  /// Iterations of a sweep where nothing else is said.
  public static final int ITERATIONS = 100;

  /// The losses of the residuals that an engine differentiates.
  public enum Loss {
    /// The sum of |r_j|.
    ABSOLUTE,
    /// The Euclidean norm |r|; its gradient at r = 0 is taken to be 0.
    NORM,
    /// Half the sum of squares, 1/2 |r|^2.
    HALF_SQUARE
  }

  public PhysicsTerm {
    if (projectionSweeps < 1 || projectionSweeps > 1000) {
      throw new IllegalArgumentException(
          "the number of projection sweeps is " + projectionSweeps + "; it must be 1 to 1000");
    }
    if (projectionIterations < 1 || projectionIterations > 100_000) {
      throw new IllegalArgumentException(
          "the number of projection iterations is " + projectionIterations + "; it must be 1 to 100000");
    }
  }

  /// No physics.
  public static PhysicsTerm none() {
    return new PhysicsTerm(Optional.empty(), Loss.HALF_SQUARE, 1, ITERATIONS);
  }

  /// A loss of the residuals of a tape, with one projection sweep.
  public static PhysicsTerm of(Tape tape, Loss loss) {
    return new PhysicsTerm(Optional.of(tape), loss, 1, ITERATIONS);
  }

  /// The physics of a training: the loss is half the sum of squares.
  public static PhysicsTerm ofTraining(Optional<Tape> tape) {
    return new PhysicsTerm(tape, Loss.HALF_SQUARE, 1, ITERATIONS);
  }

  /// Iterations that a sweep makes.
  public int sweepIterations() {
    return tape.map(laws -> Math.min(Math.max(1, laws.residuals()), projectionIterations)).orElse(1);
  }
}
