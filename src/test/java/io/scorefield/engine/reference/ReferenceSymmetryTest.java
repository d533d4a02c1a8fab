package io.scorefield.engine.reference;

import io.scorefield.engine.SymmetryContract;
import io.scorefield.network.Network;

/// The symmetries in the reference, which computes in double precision.
class ReferenceSymmetryTest extends SymmetryContract {
  @Override
  protected double tolerance() {
    return 1e-10;
  }

  @Override
  protected double[][] evaluate(Network network, double[][] states, double[] features) {
    ReferenceNetwork reference = ReferenceNetwork.of(network.architecture());
    reference.load(network.parameters());
    ReferenceNetwork.Pass pass = reference.pass(states.length);
    for (int i = 0; i < states.length; i++) {
      System.arraycopy(states[i], 0, pass.input()[i], 0, states[i].length);
      System.arraycopy(features, 0, pass.input()[i], states[i].length, features.length);
    }
    pass.forward(0, states.length);
    return pass.output();
  }
}
