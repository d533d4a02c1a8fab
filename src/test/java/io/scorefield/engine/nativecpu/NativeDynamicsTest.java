package io.scorefield.engine.nativecpu;

import io.scorefield.engine.DynamicsContract;
import io.scorefield.engine.Engine;
import org.junit.jupiter.api.BeforeAll;

class NativeDynamicsTest extends DynamicsContract {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  @Override
  protected Engine open(int threads) {
    return new NativeEngine(threads);
  }
}
