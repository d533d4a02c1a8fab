package io.scorefield.engine;

import io.scorefield.network.Network;

/// What every engine checks before it samples, so that no table can lead it astray.
public final class SampleChecks {
  private SampleChecks() {}

  /// @throws IllegalArgumentException when the parts of a sampling call do not fit each other
  public static void require(
      Network network, StepProgram program, PhysicsTerm physics, SampleRequest request) {
    int dimension = network.mlp().dimension();
    if (program.networkEvaluations() > 0
        && program.featureCount() != network.mlp().timeFeatures()) {
      throw new IllegalArgumentException(
          "the program has " + program.featureCount() + " time features, the network takes "
              + network.mlp().timeFeatures());
    }
    if (program.usesPhysics() && physics.tape().isEmpty()) {
      throw new IllegalArgumentException("the program uses physics, but there is no constraint");
    }
    if (physics.tape().isPresent() && physics.tape().get().inputs() != dimension) {
      throw new IllegalArgumentException(
          "the constraint is for " + physics.tape().get().inputs() + " components, the network has "
              + dimension);
    }
    if (request.initial().isPresent()
        && request.initial().get().length != request.count() * dimension) {
      throw new IllegalArgumentException(
          "the initial states are " + request.initial().get().length + " numbers, not "
              + request.count() + " x " + dimension);
    }
    for (int row : request.snapshots()) {
      if (row < -1 || row >= program.rows().size()) {
        throw new IllegalArgumentException("the program has no row " + row + " to take a snapshot of");
      }
    }
  }
}
