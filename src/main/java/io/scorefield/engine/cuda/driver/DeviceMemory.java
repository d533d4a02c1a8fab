package io.scorefield.engine.cuda.driver;

import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/// Memory of a device. Used and closed on the device's thread.
public final class DeviceMemory implements AutoCloseable {
  /// JCuda keeps the address to itself; kernels' structs need it.
  private static final class Address extends CUdeviceptr {
    long value() {
      return getNativePointer();
    }
  }

  private final Address pointer = new Address();
  private final long bytes;

  /// @throws Driver.Failure when the device has not so much memory
  public DeviceMemory(long bytes) {
    this.bytes = Math.max(bytes, 16);
    Driver.check("cuMemAlloc of " + this.bytes + " bytes", JCudaDriver.cuMemAlloc(pointer, this.bytes));
  }

  /// Where it lies on the device.
  public long address() {
    return pointer.value();
  }

  long bytes() {
    return bytes;
  }

  CUdeviceptr pointer() {
    return pointer;
  }

  @Override
  public void close() {
    Driver.check("cuMemFree", JCudaDriver.cuMemFree(pointer));
  }
}
