package io.scorefield.engine.cuda.network;

import io.scorefield.engine.EngineException;
import io.scorefield.network.NetworkProgram;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Which kernels do the work.
public enum Route {
  /// The fastest that can.
  AUTO,
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

  /// Refuses to run a network program by kernels that know perceptrons only.
  ///
  /// @throws EngineException unless this is {@link #AUTO} or {@link #FUSED}
  public void requireProgram(NetworkProgram program) {
    if (this != AUTO && this != FUSED) {
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
