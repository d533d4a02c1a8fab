package io.scorefield.engine.cuda;

import io.scorefield.engine.Engine;
import io.scorefield.engine.MatchingContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("cuda")
class CudaMatchingTest extends MatchingContract {
  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  @Override
  protected Engine open() {
    return new CudaEngine(CudaOptions.defaults());
  }
}
