package io.scorefield.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.EngineException;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.cuda.driver.Device;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Which code a device gets: assembled for it, or PTX.
@Tag("cuda")
class CubinTest {
  @BeforeEach
  void needsTheEmulatorAndCubins() {
    TestDevice.require();
    assumeTrue(!TestDevice.gpu(), "on a GPU there is one kind of device");
    assumeTrue(CubinTest.class.getResource("/cuda/sm_90/forward_noising.cubin") != null, "the build made no cubins");
  }

  @AfterEach
  void reset() {
    if (!TestDevice.gpu()) {
      TestDevice.reset();
    }
  }

  @Test
  void aDeviceOfThisKindRunsWhatWasAssembledForIt() {
    float[] ptx = noised(80, 13000, "kernels compute_80");
    assertThat(noised(90, 13000, "kernels sm_90, assembled by the build")).containsExactly(ptx);
  }

  @Test
  void otherDevicesGetPtxAndAreToldWhy() {
    noised(89, 13000, "kernels compute_80, translated by the driver: the jar has none assembled for 8.9");
    noised(120, 13000, "kernels compute_80, translated by the driver: the jar has none assembled for 12.0");
    noised(75, 13000, "kernels compute_75");
  }

  @Test
  void aDriverThatRefusesThemGetsPtx() {
    TestDevice.machine(1, 1L << 30, 90, 13000, 2, 232448);
    TestDevice.fail("cuModuleLoadData", 1, 200);
    try (CudaEngine engine = new CudaEngine(CudaOptions.defaults())) {
      noise(engine);
      assertThat(engine.info().device())
          .contains("kernels compute_80", "refuses those assembled for the device (CUDA_ERROR_INVALID_IMAGE)");
    }
  }

  @Test
  void anotherFailureOfLoadingIsAFailure() {
    TestDevice.machine(1, 1L << 30, 90, 13000, 2, 232448);
    TestDevice.fail("cuModuleLoadData", 1, 2);
    try (CudaEngine engine = new CudaEngine(CudaOptions.defaults())) {
      assertThat(org.junit.jupiter.api.Assertions.assertThrows(RuntimeException.class, () -> noise(engine)))
          .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
    }
  }

  /// Files for compute capability 9.0 alone: assembled, or as PTX 8.1 with an older driver; other devices are refused.
  @Test
  void kernelsForOneKindOfDeviceAreForItAlone() {
    assertThat(cluster(90, 13000)).isEmpty();
    assertThat(cluster(90, 12010)).isEmpty();
    assertThat(cluster(90, 12000)).contains("compute capability 9.0 and drivers for CUDA 12.1 or newer");
    assertThat(cluster(89, 13000)).contains("compute capability 9.0");
    assertThat(cluster(100, 13000)).contains("compute capability 9.0");
  }

  /// Why a device cannot load a kernel for clusters; empty: it has.
  private static String cluster(int capability, int driver) {
    TestDevice.machine(1, 1L << 30, capability, driver, 2, 232448);
    try (Device device = new Device(0)) {
      boolean runs = device.facts().hopper();
      try {
        device.call(() -> device.kernels().get("hopper_training", "training_cluster"));
        assertThat(runs).isTrue();
        return "";
      } catch (EngineException e) {
        assertThat(runs).isFalse();
        return e.getMessage();
      }
    }
  }

  private static float[] noised(int capability, int driver, String used) {
    TestDevice.machine(1, 1L << 30, capability, driver, 2, 65536);
    try (CudaEngine engine = new CudaEngine(CudaOptions.defaults())) {
      float[] states = noise(engine);
      assertThat(engine.info().device()).contains(used);
      assertThat(String.join("\n", CudaEngine.describe())).contains(used);
      return states;
    }
  }

  private static float[] noise(CudaEngine engine) {
    NoiseTable table = NoiseTable.of(List.of(new NoiseTable.Row(new double[0], 0.5, 0.5, 1, 0, 0, 0, 0, 0)));
    float[] states = new float[6];
    engine.forwardNoise(table, new int[3], new float[6], 1, 0, states);
    return states;
  }
}
