package io.scorefield.engine.cuda.driver;

import io.scorefield.engine.EngineException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.Pointer;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/// A GPU with a stream of its own and the one thread that makes all calls for it. The context and the kernels in it are
/// shared by all that open the GPU in this process.
public final class Device implements AutoCloseable {
  /// What a device is.
  ///
  /// @param capability 10 times the major and once the minor number of the compute capability
  /// @param sharedLimit bytes of shared memory that a block can have at most
  /// @param cooperative whether all blocks of a launch can wait for each other
  /// @param clock of the multiprocessors at most, in Hz
  /// @param hopper whether it runs the files `hopper_*`, which use what only compute capability 9.0 has
  public record Facts(
      int number, String name, int capability, int multiprocessors, int sharedLimit, long memory,
      boolean cooperative, double clock, boolean hopper) {
    /// One of 1 GHz, with a new driver.
    public Facts(
        int number, String name, int capability, int multiprocessors, int sharedLimit, long memory,
        boolean cooperative) {
      this(
          number, name, capability, multiprocessors, sharedLimit, memory, cooperative, 1e9,
          KernelCode.runsHopper(capability, Integer.MAX_VALUE));
    }

    @Override
    public String toString() {
      return name + " (compute capability " + capability / 10 + "." + capability % 10 + ", "
          + multiprocessors + " multiprocessors, " + (memory >> 20) + " MiB)";
    }
  }

  private static final class Source extends Pointer {
    Source(MemorySegment segment) {
      super(segment.address());
    }
  }

  private final ExecutorService thread;
  private final Resources resources = new Resources();
  private final Facts facts;
  private CUstream stream;
  private Kernels kernels;
  private Stopwatch stopwatch;
  private Cublas cublas;

  /// Opens a device.
  ///
  /// @throws EngineException when there is none of that number, or it cannot be used
  public Device(int number) {
    facts = facts(number);
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "cuda-" + number);
              made.setDaemon(true);
              return made;
            });
    try {
      call(this::open);
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, this);
      throw e;
    }
  }

  /// What device `number` is.
  ///
  /// @throws EngineException when there is none of that number
  public static Facts facts(int number) {
    int devices = Driver.devices();
    if (number < 0 || number >= devices) {
      throw new EngineException(
          "there is no device " + number + "; the driver shows " + devices + ", numbered from 0");
    }
    CUdevice device = device(number);
    int capability =
        10 * attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    byte[] name = new byte[256];
    Driver.check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device));
    long[] memory = new long[1];
    Driver.check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(memory, device));
    return new Facts(
        number,
        new String(name, java.nio.charset.StandardCharsets.UTF_8).split("\0", 2)[0].strip(),
        capability,
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
        memory[0],
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH) != 0,
        1e3 * attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE),
        KernelCode.runsHopper(capability, Driver.version()));
  }

  private static CUdevice device(int number) {
    CUdevice device = new CUdevice();
    Driver.check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, number));
    return device;
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    Driver.check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
    return value[0];
  }

  private Void open() {
    CUdevice device = device(facts.number());
    SharedContext shared = resources.add(SharedContext.retain(facts.number(), device));
    shared.makeCurrent();
    CUstream created = new CUstream();
    Driver.check("cuStreamCreate", JCudaDriver.cuStreamCreate(created, CUstream_flags.CU_STREAM_NON_BLOCKING));
    resources.add(() -> Driver.check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(created)));
    stream = created;
    stopwatch = resources.add(new Stopwatch(created));
    kernels = new Kernels(created, facts.capability(), shared);
    return null;
  }

  /// What this device is.
  public Facts facts() {
    return facts;
  }

  /// What timed launches took so far, in seconds.
  public double seconds() {
    return stopwatch.seconds();
  }

  CUstream stream() {
    return stream;
  }

  /// The kernels, for the device's thread.
  public Kernels kernels() {
    return kernels;
  }

  /// Queues work for the device's thread.
  public <T> Future<T> submit(Callable<T> work) {
    return thread.submit(work);
  }

  /// Does work on the device's thread and waits for it.
  public <T> T call(Callable<T> work) {
    return result(submit(work));
  }

  /// Waits for work, and throws what it threw.
  public static <T> T result(Future<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true; // the work ends by itself
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException known -> throw known;
        case Error error -> throw error;
        default -> throw new IllegalStateException(e.getCause());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // What follows is for the device's thread.

  /// The device's handle of cuBLAS, opened when it is first asked for.
  public Cublas cublas() {
    if (cublas == null) {
      cublas = resources.add(new Cublas(stream));
    }
    return cublas;
  }

  /// A copy of host memory on the device; the host memory may be used again when it returns.
  public DeviceMemory upload(MemorySegment from) {
    DeviceMemory memory = new DeviceMemory(from.byteSize());
    try {
      copy(from, memory, 0);
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, memory);
      throw e;
    }
    return memory;
  }

  /// The same of an array.
  public DeviceMemory upload(float[] from) {
    DeviceMemory memory = new DeviceMemory((long) from.length * Float.BYTES);
    try (HostMemory host = new HostMemory((long) from.length * Float.BYTES)) {
      MemorySegment.copy(from, 0, host.segment(), ValueLayout.JAVA_FLOAT, 0, from.length);
      copy(host.segment().asSlice(0, (long) from.length * Float.BYTES), memory, 0);
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, memory);
      throw e;
    }
    return memory;
  }

  /// Copies all of `from` to the device, and waits.
  ///
  /// @param offset bytes from the beginning of `to`
  public void copy(MemorySegment from, DeviceMemory to, long offset) {
    copyLater(from, to, offset);
    synchronise();
  }

  /// The same without waiting: `from` may not change before the stream is synchronised.
  public void copyLater(MemorySegment from, DeviceMemory to, long offset) {
    if (from.byteSize() > 0) {
      Driver.check(
          "cuMemcpyHtoDAsync",
          JCudaDriver.cuMemcpyHtoDAsync(
              to.pointer().withByteOffset(offset), new Source(from), from.byteSize(), stream));
    }
  }

  /// Copies from the device until `to` is full, and waits.
  public void copy(DeviceMemory from, long offset, MemorySegment to) {
    copyLater(from, offset, to);
    synchronise();
  }

  /// The same without waiting: `to` is full when the stream is synchronised.
  public void copyLater(DeviceMemory from, long offset, MemorySegment to) {
    if (to.byteSize() > 0) {
      Driver.check(
          "cuMemcpyDtoHAsync",
          JCudaDriver.cuMemcpyDtoHAsync(
              new Source(to), from.pointer().withByteOffset(offset), to.byteSize(), stream));
    }
  }

  /// Sets every byte, without waiting.
  public void fill(DeviceMemory memory, int value) {
    Driver.check(
        "cuMemsetD8Async",
        JCudaDriver.cuMemsetD8Async(memory.pointer(), (byte) value, memory.bytes(), stream));
  }

  /// Puts launches on the stream and times them by the device's clock, until the stream is synchronised.
  public void timed(Runnable launches) {
    stopwatch.time(launches);
  }

  /// Waits for all that was put on the stream.
  public void synchronise() {
    Driver.check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
    stopwatch.read();
  }

  @Override
  public void close() {
    try {
      call(
          () -> {
            resources.close();
            return null;
          });
    } finally {
      thread.shutdown();
    }
  }
}
