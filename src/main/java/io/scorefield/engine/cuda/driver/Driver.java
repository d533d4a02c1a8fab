package io.scorefield.engine.cuda.driver;

import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuInit;

import io.scorefield.engine.EngineException;
import io.scorefield.engine.ScratchFolder;
import java.io.IOException;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/// The CUDA driver: loaded once, initialised once; its errors as exceptions.
public final class Driver {
  /// CUDA_ERROR_OUT_OF_MEMORY.
  public static final int OUT_OF_MEMORY = CUresult.CUDA_ERROR_OUT_OF_MEMORY;

  /// A call that the driver refused.
  public static final class Failure extends EngineException {
    private static final long serialVersionUID = 1;
    private final int code;

    Failure(String message, int code) {
      super(message);
      this.code = code;
    }

    /// The number of the driver's error.
    public int code() {
      return code;
    }
  }

  private record Outcome(String unavailable) {}

  private static final class Holder {
    static final Outcome OUTCOME = load();
  }

  private Driver() {}

  /// Why no CUDA driver can be called on this platform, whatever is installed; empty: it can.
  public static String unsupported() {
    return NativePlatforms.missing(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /// Why there is no CUDA here and what to do about it; empty: there is.
  public static String unavailable() {
    return Holder.OUTCOME.unavailable();
  }

  /// The CUDA version of the driver, 1000 times the major and 10 times the minor number.
  public static int version() {
    int[] version = new int[1];
    check("cuDriverGetVersion", cuDriverGetVersion(version));
    return version[0];
  }

  /// How many devices there are.
  public static int devices() {
    int[] devices = new int[1];
    check("cuDeviceGetCount", cuDeviceGetCount(devices));
    return devices[0];
  }

  /// Throws for a result that is not success.
  ///
  /// @param call the function of the driver
  static void check(String call, int result) {
    if (result != CUresult.CUDA_SUCCESS) {
      String name = CUresult.stringFor(result);
      throw new Failure(call + " failed: " + name + "; " + advice(result), result);
    }
  }

  private static String advice(int result) {
    return switch (result) {
      case CUresult.CUDA_ERROR_OUT_OF_MEMORY ->
          "the device has not enough free memory: use a smaller batch or network, or end other programs on it";
      case CUresult.CUDA_ERROR_INVALID_PTX, CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
          CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU ->
          "the driver cannot translate the kernels: update it (CUDA 11.0 or newer; nvidia-smi shows it)";
      case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, CUresult.CUDA_ERROR_LAUNCH_FAILED,
          CUresult.CUDA_ERROR_LAUNCH_TIMEOUT, CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUresult.CUDA_ERROR_MISALIGNED_ADDRESS ->
          "a kernel was stopped and the device's work is lost: run it again, with --kernels plain if it stays, "
              + "and report it";
      case CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE ->
          "the device has no room for so many blocks beside each other: run it with --kernels portable, and report it";
      case CUresult.CUDA_ERROR_NO_DEVICE, CUresult.CUDA_ERROR_INVALID_DEVICE ->
          "check the device with nvidia-smi, and CUDA_VISIBLE_DEVICES";
      case CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, CUresult.CUDA_ERROR_SYSTEM_NOT_READY ->
          "the driver's parts do not fit each other: restart the machine";
      default -> "check the device with nvidia-smi, or use --engine native";
    };
  }

  private static Outcome load() {
    if (!unsupported().isEmpty()) {
      return new Outcome(unsupported());
    }
    try {
      loadLibrary();
    } catch (IOException | LinkageError e) {
      String why = String.valueOf(e.getMessage());
      return new Outcome(
          why.contains("libcuda")
              ? "no NVIDIA driver is installed (its library libcuda.so.1 was not found; see nvidia.com/drivers)"
              : "JCuda could not be loaded: " + why.lines().findFirst().orElse(""));
    }
    int result = cuInit(0);
    if (result != CUresult.CUDA_SUCCESS) {
      return new Outcome(
          "the NVIDIA driver has no device to offer (cuInit: " + CUresult.stringFor(result)
              + "); check nvidia-smi");
    }
    int[] devices = new int[1];
    result = cuDeviceGetCount(devices);
    if (result != CUresult.CUDA_SUCCESS || devices[0] == 0) {
      return new Outcome("the NVIDIA driver shows no device; check nvidia-smi and CUDA_VISIBLE_DEVICES");
    }
    return new Outcome("");
  }

  private static void loadLibrary() throws IOException {
    inPrivateFolder(() -> JCudaDriver.setExceptionsEnabled(false));
  }

  /// JCuda unpacks its libraries to names in the temporary folder that all users share, and takes what lies there: give
  /// it a folder of its own while it loads one.
  static synchronized void inPrivateFolder(Runnable loads) throws IOException {
    String key = "java.io.tmpdir";
    String shared = System.getProperty(key);
    try (ScratchFolder scratch = ScratchFolder.open()) {
      System.setProperty(key, scratch.path().toString());
      loads.run();
    } finally {
      System.setProperty(key, shared);
    }
  }
}
