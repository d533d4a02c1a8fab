package io.scorefield.engine.cuda;

import io.scorefield.engine.Engine;
import io.scorefield.engine.FloatSymmetry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/// The symmetries in the CUDA engine.
@Tag("cuda")
class CudaSymmetryTest extends FloatSymmetry {
  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  @Override
  protected Engine open() {
    return new CudaEngine(CudaOptions.defaults());
  }
}
