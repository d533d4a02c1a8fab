package io.scorefield.engine;

import io.scorefield.physics.Tape;

/// What a {@link StepProgram} costs for one sample. Solves that are repeated because a likelihood fell back are left out:
/// they do not go through the network.
///
/// @param rows of the program
/// @param forward evaluations of the network
/// @param backward products with the transpose of its Jacobian
/// @param sweeps over the tape of the laws: its values, the way back, or along a direction
public record StepCost(long rows, long forward, long backward, long sweeps) {
  static final StepCost NONE = new StepCost(0, 0, 0, 0);

  /// Of one row.
  static StepCost of(StepRow row, int dimension, PhysicsTerm physics) {
    long backward = row.directions(dimension);
    long sweeps = 0;
    if (row.usesGradient()) {
      // The loss or the solution goes back once, and before it whatever the solver tries.
      long iterations = Math.min(row.iterations(), physics.tape().map(Tape::residuals).orElse(0));
      boolean couples =
          row.iterations() > 0 && row.objective() != 0 && physics.tape().map(Tape::hasObjective).orElse(false);
      long products = row.isotropic() ? 0 : iterations + (couples ? 1 : 0);
      backward += row.uses(RowUse.ESTIMATES_BY_NETWORK) ? 1 + products : 0;
      sweeps = 2 + (row.iterations() > 0 ? 1 + 3 * iterations + (couples ? 3 : 0) : 0);
    }
    if (row.tests()) {
      sweeps += row.proposalStep() > 0 ? 4 : 2;
    }
    if (row.uses(RowUse.PROJECTION)) {
      sweeps += physics.projectionSweeps() * (1 + 2L * physics.sweepIterations());
    }
    return new StepCost(1, row.usesNetwork() ? 1 : 0, backward, sweeps);
  }

  StepCost plus(StepCost other) {
    return new StepCost(
        rows + other.rows, forward + other.forward, backward + other.backward, sweeps + other.sweeps);
  }

  /// Floating-point operations in the network: as many on the way back as on the way there.
  ///
  /// @param perEvaluation those of one evaluation
  public double inNetwork(long perEvaluation) {
    return (double) (forward + backward) * perEvaluation;
  }

  /// Floating-point operations in the laws.
  public double inLaws(PhysicsTerm physics) {
    return (double) sweeps * physics.tape().map(Tape::operations).orElse(0L);
  }
}
