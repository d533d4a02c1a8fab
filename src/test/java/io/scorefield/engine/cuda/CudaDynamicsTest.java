package io.scorefield.engine.cuda;

import io.scorefield.engine.DynamicsContract;
import io.scorefield.engine.Engine;
import io.scorefield.engine.cuda.network.Route;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/// The routes that a program without a network can take.
@Tag("cuda")
class CudaDynamicsTest {
  abstract static class OnRoute extends DynamicsContract {
    @BeforeAll
    static void needsADevice() {
      TestDevice.require();
    }

    abstract Route route();

    @Override
    protected Engine open(int threads) {
      return new CudaEngine(CudaOptions.defaults().withRoute(route()));
    }
  }

  @Nested
  class Auto extends OnRoute {
    @Override
    Route route() {
      return Route.AUTO;
    }
  }

  @Nested
  class Plain extends OnRoute {
    @Override
    Route route() {
      return Route.PLAIN;
    }
  }

  @Nested
  class Layers extends OnRoute {
    @Override
    Route route() {
      return Route.LAYERS;
    }
  }
}
