package io.scorefield.engine.cuda.driver;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/// What launches take on a device, by two events around them. Used and closed on the device's thread.
final class Stopwatch implements AutoCloseable {
  private final CUstream stream;
  private final Resources resources = new Resources();
  private final CUevent begin;
  private final CUevent end;
  private boolean pending;
  private volatile double seconds;

  Stopwatch(CUstream stream) {
    this.stream = stream;
    try {
      begin = event();
      end = event();
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  private CUevent event() {
    CUevent event = new CUevent();
    Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT));
    resources.add(() -> Driver.check("cuEventDestroy", JCudaDriver.cuEventDestroy(event)));
    return event;
  }

  /// Puts launches on the stream between the two events. The stream is synchronised before the next time.
  void time(Runnable launches) {
    Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(begin, stream));
    launches.run();
    Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(end, stream));
    pending = true;
  }

  /// After the stream was synchronised: adds what the last launches took.
  void read() {
    if (pending) {
      pending = false;
      float[] milliseconds = new float[1];
      Driver.check("cuEventElapsedTime", JCudaDriver.cuEventElapsedTime(milliseconds, begin, end));
      seconds += milliseconds[0] / 1e3;
    }
  }

  /// All that was timed so far; for any thread.
  double seconds() {
    return seconds;
  }

  @Override
  public void close() {
    resources.close();
  }
}
