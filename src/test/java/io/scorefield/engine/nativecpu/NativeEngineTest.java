package io.scorefield.engine.nativecpu;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineContract;

class NativeEngineTest extends EngineContract {
  @Override
  protected Engine open(int threads) {
    return new NativeEngine(threads);
  }
}
