package io.scorefield.engine.cuda;

import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("cuda")
class CudaTrainingTest extends TrainingContract {
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

  /// The emulator is slow.
  @Override
  protected boolean affordable(int width, int batch) {
    return TestDevice.gpu() || width * batch < 500_000;
  }
}
