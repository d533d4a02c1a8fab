package io.scorefield.engine.nativecpu;

import io.scorefield.engine.Engine;
import io.scorefield.engine.SamplerContract;
import org.junit.jupiter.api.BeforeAll;

class NativeSamplerTest extends SamplerContract {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  @Override
  protected Engine open() {
    return new NativeEngine(1);
  }
}
