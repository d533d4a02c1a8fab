package io.scorefield.engine.cuda;

import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.Route;
import java.util.List;

/// How the CUDA engine works.
///
/// @param devices numbers of the devices to use, at least one
/// @param route the kernels to use
/// @param precision of sampling
/// @param blockFloats about how many floats of samples and snapshots a device makes before they are handed over
public record CudaOptions(List<Integer> devices, Route route, Precision precision, long blockFloats) {
  private static final long BLOCK_FLOATS = 1L << 24;

  /// Arrays of Java end at 31 bits.
  private static final long MOST_FLOATS = 1L << 30;

  public CudaOptions {
    devices = List.copyOf(devices);
    if (devices.isEmpty() || devices.stream().distinct().count() < devices.size()) {
      throw new IllegalArgumentException("the CUDA engine needs a device, and each once");
    }
    if (blockFloats < 1 || blockFloats > MOST_FLOATS) {
      throw new IllegalArgumentException("a block has 1 to " + MOST_FLOATS + " floats, not " + blockFloats);
    }
  }

  /// Device 0 and the fastest kernels.
  public static CudaOptions defaults() {
    return new CudaOptions(List.of(0), Route.AUTO, Precision.MIXED, BLOCK_FLOATS);
  }

  public CudaOptions withDevices(List<Integer> numbers) {
    return new CudaOptions(numbers, route, precision, blockFloats);
  }

  public CudaOptions withRoute(Route other) {
    return new CudaOptions(devices, other, precision, blockFloats);
  }

  public CudaOptions withBlockFloats(long floats) {
    return new CudaOptions(devices, route, precision, floats);
  }

  public CudaOptions withPrecision(Precision other) {
    return new CudaOptions(devices, route, other, blockFloats);
  }
}
