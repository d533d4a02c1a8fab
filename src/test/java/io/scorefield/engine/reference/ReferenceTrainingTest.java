package io.scorefield.engine.reference;

import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingContract;

class ReferenceTrainingTest extends TrainingContract {
  @Override
  protected Engine open(int threads) {
    return new ReferenceEngine(threads);
  }
}
