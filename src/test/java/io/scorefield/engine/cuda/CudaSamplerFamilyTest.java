package io.scorefield.engine.cuda;

import io.scorefield.engine.Engine;
import io.scorefield.engine.SamplerContract;
import io.scorefield.engine.cuda.network.Route;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("cuda")
class CudaSamplerFamilyTest extends SamplerContract {
  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  @Override
  protected Engine open() {
    return new CudaEngine(CudaOptions.defaults().withRoute(Route.FUSED));
  }
}
