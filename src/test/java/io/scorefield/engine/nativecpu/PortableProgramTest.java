package io.scorefield.engine.nativecpu;

import io.scorefield.engine.Engine;
import io.scorefield.engine.ProgramContract;
import org.junit.jupiter.api.BeforeAll;

/// Network programs in the native engine, with the instructions of 'portable'.
class PortableProgramTest extends ProgramContract {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  @Override
  protected Engine open(int threads) {
    return new NativeEngine(threads, new NativeOptions("portable", false));
  }
}
