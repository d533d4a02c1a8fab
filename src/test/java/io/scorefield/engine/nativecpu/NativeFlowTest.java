package io.scorefield.engine.nativecpu;

import io.scorefield.engine.Engine;
import io.scorefield.engine.FlowContract;
import org.junit.jupiter.api.BeforeAll;

class NativeFlowTest extends FlowContract {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  @Override
  protected Engine open() {
    return new NativeEngine(1);
  }
}
