package io.scorefield.engine.nativecpu;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineContract;
import org.junit.jupiter.api.BeforeAll;

class NativeEngineTest extends EngineContract {
  /// Skips tests on a machine without a C++ compiler, but never in CI.
  static void requireLibrary() {
    if (!NativeEngine.unavailable().isEmpty()) {
      if ("true".equals(System.getenv("CI"))) {
        fail("the native engine is missing in CI: " + NativeEngine.unavailable());
      }
      assumeTrue(false, NativeEngine.unavailable());
    }
  }

  @BeforeAll
  static void needsTheLibrary() {
    requireLibrary();
  }

  @Override
  protected Engine open(int threads) {
    return new NativeEngine(threads);
  }
}
