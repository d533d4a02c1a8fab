package io.scorefield.engine.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/// Memory of the host that the device copies to and from at full speed. Closed on the device's thread.
final class HostMemory implements AutoCloseable {
  private static final class Address extends Pointer {
    long value() {
      return getNativePointer();
    }
  }

  private final Address pointer = new Address();
  private final MemorySegment segment;

  @SuppressWarnings("restricted")
  HostMemory(long bytes) {
    long size = Math.max(bytes, 16);
    Driver.check("cuMemAllocHost of " + size + " bytes", JCudaDriver.cuMemAllocHost(pointer, size));
    segment = MemorySegment.ofAddress(pointer.value()).reinterpret(size);
  }

  MemorySegment segment() {
    return segment;
  }

  @Override
  public void close() {
    Driver.check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(pointer));
  }
}
