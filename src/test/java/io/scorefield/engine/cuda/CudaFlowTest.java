package io.scorefield.engine.cuda;

import io.scorefield.engine.Engine;
import io.scorefield.engine.FlowContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("cuda")
class CudaFlowTest extends FlowContract {
  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  @Override
  protected Engine open() {
    return new CudaEngine(CudaOptions.defaults());
  }
}
