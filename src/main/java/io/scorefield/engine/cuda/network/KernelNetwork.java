package io.scorefield.engine.cuda.network;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A network on a device, as the kernels take it that run all of it.
public interface KernelNetwork extends AutoCloseable {
  /// `Network` in `kernels/device/model.cuh`.
  MemorySegment struct(Arena arena);

  /// What kernels take behind their call, an argument each.
  MemorySegment[] arguments(Arena arena);

  /// All arguments of a kernel.
  static MemorySegment[] behind(MemorySegment call, MemorySegment... further) {
    MemorySegment[] all = Arrays.copyOf(new MemorySegment[] {call}, 1 + further.length);
    System.arraycopy(further, 0, all, 1, further.length);
    return all;
  }

  @Override
  void close();
}
