package io.scorefield.engine.reference;

import io.scorefield.engine.DynamicsContract;
import io.scorefield.engine.Engine;

class ReferenceDynamicsTest extends DynamicsContract {
  @Override
  protected Engine open(int threads) {
    return new ReferenceEngine(threads);
  }
}
