package io.scorefield.engine.cuda.driver;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/// A series of launches, recorded once and started with one call. Used and closed on the device's thread.
public final class Graph implements AutoCloseable {
  /// JCuda makes graphs by a function that drivers have from CUDA 11.4 on; without it the program would end.
  private static final int DRIVER = 11040;

  private static final int THREAD_LOCAL = 1; // CU_STREAM_CAPTURE_MODE_THREAD_LOCAL

  private final CUstream stream;
  private final CUgraphExec executable = new CUgraphExec();

  /// Whether the driver has what this needs.
  public static boolean available() {
    return Driver.version() >= DRIVER;
  }

  /// Records what `launches` puts on the device's stream; nothing runs.
  public Graph(Device device, Runnable launches) {
    stream = device.stream();
    CUgraph graph = new CUgraph();
    Driver.check("cuStreamBeginCapture", JCudaDriver.cuStreamBeginCapture(stream, THREAD_LOCAL));
    boolean recorded = false;
    try {
      launches.run();
      recorded = true;
    } finally {
      // Ends the capture in any case, or the stream could not be used any more.
      int result = JCudaDriver.cuStreamEndCapture(stream, graph);
      if (recorded) {
        Driver.check("cuStreamEndCapture", result);
      } else if (result == 0) {
        JCudaDriver.cuGraphDestroy(graph);
      }
    }
    int result = JCudaDriver.cuGraphInstantiate(executable, graph, 0);
    int destroyed = JCudaDriver.cuGraphDestroy(graph);
    Driver.check("cuGraphInstantiate", result);
    if (destroyed != 0) {
      close();
      Driver.check("cuGraphDestroy", destroyed);
    }
  }

  /// Starts all of it.
  public void launch() {
    Driver.check("cuGraphLaunch", JCudaDriver.cuGraphLaunch(executable, stream));
  }

  @Override
  public void close() {
    Driver.check("cuGraphExecDestroy", JCudaDriver.cuGraphExecDestroy(executable));
  }
}
