package io.scorefield.engine.nativecpu;

import io.scorefield.engine.Engine;
import io.scorefield.engine.MatchingContract;
import org.junit.jupiter.api.BeforeAll;

class NativeMatchingTest extends MatchingContract {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  @Override
  protected Engine open() {
    return new NativeEngine(1);
  }
}
