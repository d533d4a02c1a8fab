package io.scorefield.engine.nativecpu;

import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingContract;

class NativeTrainingTest extends TrainingContract {
  @Override
  protected Engine open(int threads) {
    return new NativeEngine(threads);
  }
}
