package io.scorefield.engine;

import io.scorefield.physics.Tape;
import java.util.Optional;

/// The physics of a sampling call: which residuals, and which loss of them the gradient is of.
///
/// @param tape the residuals r(x0hat) in the units of the state; empty: there is no physics
/// @param loss what L(x0hat) is
/// @param projectionSweeps how many sweeps a projection makes; a sweep applies, residual by
///     residual, the step x0hat -= r grad r / |grad r|^2 (exact in one sweep for a distance)
public record PhysicsTerm(Optional<Tape> tape, Loss loss, int projectionSweeps) {
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
  }

  /// No physics.
  public static PhysicsTerm none() {
    return new PhysicsTerm(Optional.empty(), Loss.HALF_SQUARE, 1);
  }

  /// A loss of the residuals of a tape, with one projection sweep.
  public static PhysicsTerm of(Tape tape, Loss loss) {
    return new PhysicsTerm(Optional.of(tape), loss, 1);
  }
}
