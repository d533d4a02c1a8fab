package io.scorefield.engine.cuda.network;

import io.scorefield.engine.EngineException;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.network.NetworkProgram;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Which kernels do the work.
public enum Route {
  /// The fastest that can.
  AUTO,
  /// The same without the kernels that only one kind of device has, for comparison.
  PORTABLE,
  /// One thread a sample, everything in device memory: slow, for comparison.
  PLAIN,
  /// One block a tile of samples, the whole network and trajectory in shared memory, float32.
  FUSED,
  /// Tensor cores, whole trajectories in registers or shared memory.
  TENSOR,
  /// One layer a launch, activations in device memory, float32.
  LAYERS,
  /// The same with the products by cuBLAS.
  CUBLAS;

  /// Floating-point operations of the plain kernels in a clock of a multiprocessor, about (an estimate: for each
  /// multiply-add they fetch a number from device memory).
  private static final double PLAIN_FLOPS = 4;

  /// Samples, points or examples of a launch at most: about a second's work, since displays end launches that take some
  /// seconds. Only the plain kernels are so slow.
  ///
  /// @param flops floating-point operations of one
  public int atOnce(Device.Facts device, double flops) {
    double second = PLAIN_FLOPS * device.multiprocessors() * device.clock();
    return this == PLAIN ? (int) Math.clamp(second / Math.max(1, flops), 1, Integer.MAX_VALUE) : Integer.MAX_VALUE;
  }

  /// Refuses to run a network program by kernels that know perceptrons only.
  ///
  /// @throws EngineException unless this is {@link #AUTO}, {@link #PORTABLE} or {@link #FUSED}
  public void requireProgram(NetworkProgram program) {
    if (this != AUTO && this != PORTABLE && this != FUSED) {
      throw new EngineException(
          "--kernels " + key() + " is for perceptrons; the " + program + " runs with --kernels auto or fused");
    }
  }

  /// The name on the command line.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static List<String> keys() {
    return Arrays.stream(values()).map(Route::key).toList();
  }
}
