package io.scorefield.engine.cuda.driver;

import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/// The context of a device, and what was loaded into it. All engines of a process share it: the first opens it, the last
/// closes it, and none loads a second time what another has loaded.
final class SharedContext implements AutoCloseable {
  private static final Map<Integer, SharedContext> OPEN = new HashMap<>();

  private final int number;
  private final CUdevice device;
  private final CUcontext context = new CUcontext();
  private final Map<String, CUmodule> modules = new HashMap<>();
  private final Map<String, Kernels.Kernel> kernels = new HashMap<>();
  private final Map<String, Double> findings = new HashMap<>();
  private KernelCode code;
  private int users = 1;

  private SharedContext(int number, CUdevice device) {
    this.number = number;
    this.device = device;
    Driver.check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
  }

  /// The context of device `number`, to be closed by each that has asked for it, on a thread where it is current.
  static SharedContext retain(int number, CUdevice device) {
    synchronized (OPEN) {
      SharedContext known = OPEN.get(number);
      if (known != null) {
        known.users++;
        return known;
      }
      SharedContext opened = new SharedContext(number, device);
      OPEN.put(number, opened);
      return opened;
    }
  }

  /// Makes it the context of this thread.
  void makeCurrent() {
    Driver.check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
  }

  /// The code that the device runs, of which all know when the driver refuses some.
  ///
  /// @throws io.scorefield.engine.EngineException when the device is too old
  synchronized KernelCode code(int capability) {
    if (code == null) {
      code = new KernelCode(capability);
    }
    return code;
  }

  /// The files of kernels that are loaded, by name; for who holds this object's lock.
  Map<String, CUmodule> modules() {
    return modules;
  }

  /// The kernels that were asked for, by name; likewise.
  Map<String, Kernels.Kernel> kernels() {
    return kernels;
  }

  /// What was found out about the device, by name; likewise.
  Map<String, Double> findings() {
    return findings;
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      if (--users > 0) {
        return;
      }
      OPEN.remove(number);
      Resources all = new Resources();
      all.add(() -> Driver.check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device)));
      for (CUmodule module : modules.values()) {
        all.add(() -> Driver.check("cuModuleUnload", JCudaDriver.cuModuleUnload(module)));
      }
      all.close();
    }
  }
}
