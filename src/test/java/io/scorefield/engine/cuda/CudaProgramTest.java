package io.scorefield.engine.cuda;

import io.scorefield.engine.Engine;
import io.scorefield.engine.ProgramContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/// Network programs in the CUDA engine.
@Tag("cuda")
class CudaProgramTest extends ProgramContract {
  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  @Override
  protected Engine open(int threads) {
    return new CudaEngine(CudaOptions.defaults());
  }

  @Override
  protected int[] threadCounts() {
    return new int[] {1};
  }
}
