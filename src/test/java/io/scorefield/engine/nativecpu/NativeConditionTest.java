package io.scorefield.engine.nativecpu;

import io.scorefield.engine.ConditionContract;
import io.scorefield.engine.Engine;
import org.junit.jupiter.api.BeforeAll;

class NativeConditionTest extends ConditionContract {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  @Override
  protected Engine open(int threads) {
    return new NativeEngine(threads);
  }
}
