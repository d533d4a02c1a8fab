package io.scorefield.engine.cuda;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("cuda")
class CudaEngineTest extends EngineContract {
  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  @Override
  protected Engine open(int threads) {
    return new CudaEngine(CudaOptions.defaults());
  }

  @Override
  protected int[] threadCounts(int... wanted) {
    return new int[] {1};
  }
}
