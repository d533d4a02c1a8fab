package io.scorefield.engine.cuda.driver;

import io.scorefield.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/// The code of the kernels for one device: cubins, which a device of their kind runs as they are, or PTX, which the
/// driver translates for any. A driver that refuses a cubin, being older than the assembler, gets PTX from then on.
/// Files named `hopper_` are for compute capability 9.0 alone and have PTX and cubins of their own.
final class KernelCode {
  /// The kinds of cards for which the build may assemble cubins, newest first.
  private static final int[] ARCHITECTURES = {90, 89, 80};

  /// What files begin with that only devices of {@link #HOPPER_DEVICE} run, and what the build calls their instructions.
  private static final String HOPPER_FILES = "hopper_";
  private static final int HOPPER_DEVICE = 90;
  private static final String HOPPER = "90a";

  /// The PTX of these files, 8.1 at most, is CUDA 12.1's.
  private static final int HOPPER_DRIVER = 12010;

  private final int device;
  private final int capability;
  private int architecture;
  private String refusal = "";

  /// @param device compute capability, 10 times the major and once the minor number
  /// @throws EngineException when the device is too old
  KernelCode(int device) {
    this.device = device;
    this.capability = Kernels.pick(device);
    this.architecture = architecture(device, KernelCode::inJar);
  }

  /// The newest architecture whose cubins a device runs: of the same major number and no newer; 0: there is none.
  static int architecture(int device, IntPredicate inJar) {
    for (int architecture : ARCHITECTURES) {
      if (architecture / 10 == device / 10 && architecture <= device && inJar.test(architecture)) {
        return architecture;
      }
    }
    return 0;
  }

  /// The compute capabilities that the jar has cubins for, as in 9.0, oldest first.
  static String assembled() {
    return IntStream.of(ARCHITECTURES)
        .filter(KernelCode::inJar)
        .sorted()
        .mapToObj(architecture -> architecture / 10 + "." + architecture % 10)
        .collect(Collectors.joining(", "));
  }

  private static boolean inJar(int architecture) {
    return KernelCode.class.getResource(cubin(architecture, "reverse_sampling")) != null;
  }

  private static String cubin(int architecture, String file) {
    return "/cuda/sm_" + (hopper(file) ? HOPPER : architecture) + "/" + file + ".cubin";
  }

  /// Whether a file of kernels is for devices of compute capability 9.0 alone.
  static boolean hopper(String file) {
    return file.startsWith(HOPPER_FILES);
  }

  /// Whether a device runs such files: it is of that kind, and its driver reads their PTX.
  ///
  /// @param driver as the driver tells its version, 1000 times the major and ten times the minor number
  static boolean runsHopper(int device, int driver) {
    return device == HOPPER_DEVICE && driver >= HOPPER_DRIVER;
  }

  /// Whether the device runs such files.
  boolean runsHopper() {
    return runsHopper(device, Driver.version());
  }

  /// The PTX of a file: one for all devices of the capability, or that of its kind alone.
  static String ptx(int capability, String file) {
    String target = hopper(file) ? HOPPER : Integer.toString(capability);
    return new String(bytes("/cuda/compute_" + target + "/" + file + ".ptx"), StandardCharsets.UTF_8);
  }

  /// What the device runs and why, for people.
  String used() {
    if (architecture > 0) {
      return "kernels sm_" + architecture + ", assembled by the build";
    }
    return "kernels compute_" + capability + ", translated by the driver: "
        + (refusal.isEmpty()
            ? "the jar has none assembled for " + device / 10 + "." + device % 10
            : "it refuses those assembled for the device (" + refusal + ")");
  }

  /// Loads kernels/`file`.cu.
  ///
  /// @throws EngineException when the file is for other devices
  CUmodule load(String file) {
    if (hopper(file) && !runsHopper()) {
      throw new EngineException("kernels/" + file + ".cu is for compute capability 9.0 and drivers for CUDA 12.1 or newer");
    }
    CUmodule module = new CUmodule();
    // Where the build's assembler knew the device but not what only it has, these files are PTX.
    if (architecture > 0 && !(hopper(file) && KernelCode.class.getResource(cubin(architecture, file)) == null)) {
      int result = JCudaDriver.cuModuleLoadData(module, bytes(cubin(architecture, file)));
      if (!refused(result)) {
        Driver.check("cuModuleLoadData of " + file, result);
        return module;
      }
      refusal = CUresult.stringFor(result);
      architecture = 0;
    }
    // JCuda ends a string with the zero that the driver wants, an array not.
    Driver.check("cuModuleLoadData of " + file, JCudaDriver.cuModuleLoadData(module, ptx(capability, file)));
    return module;
  }

  private static boolean refused(int result) {
    return result == CUresult.CUDA_ERROR_INVALID_IMAGE
        || result == CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU
        || result == CUresult.CUDA_ERROR_INVALID_SOURCE;
  }

  /// A file of the jar.
  static byte[] bytes(String resource) {
    try (InputStream data = KernelCode.class.getResourceAsStream(resource)) {
      if (data == null) {
        throw new EngineException("the jar has no " + resource + "; build it again with: mvn -DskipTests clean package");
      }
      return data.readAllBytes();
    } catch (IOException e) {
      throw new EngineException("cannot read " + resource + ": " + e.getMessage());
    }
  }
}
