package io.scorefield.engine.cuda.driver;

import io.scorefield.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleSupplier;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/// The kernels in the jar: assembled for the device, or PTX of the newest instruction set that it has, which the driver
/// translates; loaded when a file is first needed. Used on the device's thread.
public final class Kernels {
  /// The instruction sets that the build compiles for, newest first: least compute capability of the device.
  static final int[] CAPABILITIES = {80, 75};

  /// A kernel, ready to be launched.
  public static final class Kernel {
    private final String name;
    private final CUfunction function;
    private int sharedAllowed = 48 * 1024;
    private boolean large;

    private Kernel(String name, CUfunction function) {
      this.name = name;
      this.function = function;
    }

    /// Blocks of so many threads and so much shared memory that a multiprocessor runs at once; 0: it cannot run one.
    public int occupancy(int threads, int shared) {
      allow(shared);
      int[] blocks = new int[1];
      Driver.check(
          "cuOccupancyMaxActiveBlocksPerMultiprocessor for " + name,
          JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, function, threads, shared));
      return blocks[0];
    }

    /// The same, allowed to run in clusters of more than 8 blocks, which not every device has room for.
    public synchronized Kernel inLargeClusters() {
      if (!large) {
        Driver.check(
            "cuFuncSetAttribute of large clusters for " + name,
            JCudaDriver.cuFuncSetAttribute(
                function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 1));
        large = true;
      }
      return this;
    }

    private synchronized void allow(int shared) {
      if (shared > sharedAllowed) {
        Driver.check(
            "cuFuncSetAttribute of " + shared + " bytes for " + name,
            JCudaDriver.cuFuncSetAttribute(
                function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, shared));
        sharedAllowed = shared;
      }
    }
  }

  /// Memory that JCuda takes as it is, without copying argument by argument.
  private static final class Table extends Pointer {
    Table(MemorySegment segment) {
      super(segment.address());
    }
  }

  private final CUstream stream;
  private final SharedContext shared;
  private final KernelCode code;

  Kernels(CUstream stream, int deviceCapability, SharedContext shared) {
    this.stream = stream;
    this.shared = shared;
    this.code = shared.code(deviceCapability);
  }

  /// The instruction set for a device.
  ///
  /// @throws EngineException when the device is too old
  public static int pick(int deviceCapability) {
    for (int capability : CAPABILITIES) {
      if (deviceCapability >= capability) {
        return capability;
      }
    }
    throw new EngineException(
        "the device has compute capability " + deviceCapability / 10 + "." + deviceCapability % 10
            + "; the kernels need 7.5 (Turing) or newer");
  }

  /// What the device runs and why, for people.
  public String used() {
    synchronized (shared) {
      return code.used();
    }
  }

  /// What a device would run and why.
  ///
  /// @throws EngineException when the device is too old
  public static String used(int deviceCapability) {
    return new KernelCode(deviceCapability).used();
  }

  /// What kernels the jar has, for people.
  public static String describe() {
    String assembled = KernelCode.assembled();
    return "in the jar: PTX 7.0 for compute capability 7.5 and 8.0 upwards, some kernels besides for 9.0 alone (PTX 8.1)"
        + (assembled.isEmpty() ? "" : ", assembled for " + assembled);
  }

  /// Why the jar has no kernels and what to do about it; empty: it has.
  public static String unavailable() {
    try (InputStream why = Kernels.class.getResourceAsStream("/cuda/unavailable.txt")) {
      return why != null
          ? new String(why.readAllBytes(), StandardCharsets.UTF_8).strip()
          : Kernels.class.getResource("/cuda/compute_75/reverse_sampling.ptx") != null
              ? ""
              : "it was built without its kernels; build it with: mvn -DskipTests clean package";
    } catch (IOException e) {
      return "its kernels cannot be read: " + e.getMessage();
    }
  }

  /// The kernel `name` of kernels/`file`.cu.
  public Kernel get(String file, String name) {
    synchronized (shared) {
      return shared.kernels().computeIfAbsent(
          name,
          key -> {
            CUfunction function = new CUfunction();
            Driver.check(
                "cuModuleGetFunction of " + name,
                JCudaDriver.cuModuleGetFunction(function, module(file), name));
            return new Kernel(name, function);
          });
    }
  }

  /// What an experiment on the device finds, made once for all that have opened it.
  public double once(String name, DoubleSupplier experiment) {
    synchronized (shared) {
      Double known = shared.findings().get(name);
      if (known == null) {
        known = experiment.getAsDouble();
        shared.findings().put(name, known);
      }
      return known;
    }
  }

  private CUmodule module(String file) {
    CUmodule known = shared.modules().get(file);
    if (known != null) {
      return known;
    }
    CUmodule module = code.load(file);
    shared.modules().put(file, module);
    return module;
  }

  /// Starts a kernel; its arguments are copied before the call returns.
  ///
  /// @param shared bytes of dynamic shared memory
  /// @param arguments memory that holds one argument each
  public void launch(Kernel kernel, long gridX, int gridY, int threads, int shared, MemorySegment... arguments) {
    launch(kernel, gridX, gridY, threads, shared, false, arguments);
  }

  /// Starts a kernel all of whose blocks run at once, so that they can wait for each other.
  public void launchTogether(Kernel kernel, int blocks, int threads, int shared, MemorySegment... arguments) {
    launch(kernel, blocks, 1, threads, shared, true, arguments);
  }

  private void launch(
      Kernel kernel, long gridX, int gridY, int threads, int shared, boolean together, MemorySegment... arguments) {
    if (gridX < 1 || gridX > Integer.MAX_VALUE || gridY < 1 || gridY > 65535 || threads < 1 || threads > 1024) {
      throw new IllegalArgumentException(
          "cannot launch " + kernel.name + " on " + gridX + " x " + gridY + " blocks of " + threads + " threads");
    }
    kernel.allow(shared);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment table = arena.allocate(ValueLayout.JAVA_LONG, arguments.length);
      for (int i = 0; i < arguments.length; i++) {
        table.setAtIndex(ValueLayout.JAVA_LONG, i, arguments[i].address());
      }
      int result =
          together
              ? JCudaDriver.cuLaunchCooperativeKernel(
                  kernel.function, (int) gridX, gridY, 1, threads, 1, 1, shared, stream, new Table(table))
              : JCudaDriver.cuLaunchKernel(
                  kernel.function, (int) gridX, gridY, 1, threads, 1, 1, shared, stream, new Table(table), null);
      Driver.check("the launch of " + kernel.name, result);
    }
  }
}
