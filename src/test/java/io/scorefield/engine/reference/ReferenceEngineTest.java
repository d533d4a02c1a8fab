package io.scorefield.engine.reference;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineContract;

class ReferenceEngineTest extends EngineContract {
  @Override
  protected Engine open(int threads) {
    return new ReferenceEngine(threads);
  }

  @Override
  protected double evaluationTolerance() {
    return 1e-7;
  }

  @Override
  protected double trajectoryTolerance() {
    return 2e-6; // the oracle differentiates by differences
  }
}
