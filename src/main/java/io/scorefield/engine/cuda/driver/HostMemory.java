package io.scorefield.engine.cuda.driver;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/// Memory of the host that the device copies to and from at full speed. Closed on the device's thread.
public final class HostMemory implements AutoCloseable {
  private static final class Address extends Pointer {
    long value() {
      return getNativePointer();
    }
  }

  private final Address pointer = new Address();
  private final MemorySegment segment;

  /// @throws Driver.Failure when there is not so much
  @SuppressWarnings("restricted")
  public HostMemory(long bytes) {
    long size = Math.max(bytes, 16);
    Driver.check("cuMemAllocHost of " + size + " bytes", JCudaDriver.cuMemAllocHost(pointer, size));
    segment = MemorySegment.ofAddress(pointer.value()).reinterpret(size);
  }

  /// All of it; at least as long as it was asked for.
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public void close() {
    Driver.check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(pointer));
  }
}
