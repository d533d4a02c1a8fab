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

  /// Under AddressSanitizer (native/emulator/test/sanitize.sh) fewer samples, and only the training that reads and writes most.
  private static boolean sanitized() {
    String preloaded = System.getenv("LD_PRELOAD");
    return preloaded != null && !preloaded.isBlank();
  }

  @Override
  protected int count() {
    return sanitized() ? 37 : super.count();
  }

  @Override
  protected int[] trainings() {
    return sanitized() ? new int[] {3} : super.trainings();
  }
}
