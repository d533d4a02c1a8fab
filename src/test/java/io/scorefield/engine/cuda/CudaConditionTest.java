package io.scorefield.engine.cuda;

import io.scorefield.engine.ConditionContract;
import io.scorefield.engine.Engine;
import io.scorefield.engine.cuda.network.Route;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/// The routes of small networks.
@Tag("cuda")
class CudaConditionTest {
  abstract static class OnRoute extends ConditionContract {
    @BeforeAll
    static void needsADevice() {
      TestDevice.require();
    }

    abstract Route route();

    @Override
    protected Engine open(int threads) {
      return new CudaEngine(CudaOptions.defaults().withRoute(route()));
    }

    @Override
    protected boolean runsPrograms() {
      return route() == Route.AUTO || route() == Route.FUSED;
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

  @Nested
  class Fused extends OnRoute {
    @Override
    Route route() {
      return Route.FUSED;
    }
  }

  @Nested
  class Tensor extends OnRoute {
    @Override
    Route route() {
      return Route.TENSOR;
    }
  }
}
