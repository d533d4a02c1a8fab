package io.scorefield.engine.nativecpu;

import io.scorefield.engine.Engine;
import io.scorefield.engine.FloatSymmetry;
import org.junit.jupiter.api.BeforeAll;

/// The symmetries in the native engine.
class NativeSymmetryTest extends FloatSymmetry {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  @Override
  protected Engine open() {
    return new NativeEngine(1);
  }
}
