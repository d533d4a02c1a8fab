package io.scorefield.engine.cuda.training;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.EngineException;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.Driver;
import io.scorefield.engine.cuda.driver.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.driver.CUresult;

/// Whether a device runs the cluster of blocks that trains, found out by numbers that its blocks send each other. No device
/// promises clusters of more than 8 blocks, and a part of a device may have no room for one.
public final class ClusterCheck {
  private ClusterCheck() {}

  /// Whether a device of compute capability 9.0 trains small networks in a cluster, for people.
  public static String describe(Device device) {
    return (passes(device) ? "trains in clusters of " : "starts no clusters of ") + ClusterPlan.BLOCKS + " blocks";
  }

  /// Makes the check, once a process and device; on the device's thread.
  ///
  /// @return false where the device does not start the cluster
  /// @throws EngineException where numbers arrive wrongly
  static boolean passes(Device device) {
    double wrong = device.kernels().once("check_cluster", () -> wrong(device));
    if (wrong > 0) {
      throw new EngineException(
          "the blocks of a cluster of " + device.facts() + " do not see what they send each other (check_cluster: "
              + (int) wrong + " sums are wrong); please report it; until then use --kernels portable");
    }
    return wrong == 0;
  }

  /// How many sums are wrong; -1 where the cluster is not started.
  private static double wrong(Device device) {
    int blocks = ClusterPlan.BLOCKS;
    Kernels.Kernel kernel = ClusterPlan.check(device);
    try (Arena arena = Arena.ofConfined();
        DeviceMemory sums = new DeviceMemory((long) blocks * blocks * Float.BYTES)) {
      device.fill(sums, 0xFF);
      try {
        // With all shared memory, so that a block has a multiprocessor to itself, as when it trains.
        device.kernels().launch(
            kernel, blocks, 1, 32, device.facts().sharedLimit(), arena.allocateFrom(JAVA_LONG, sums.address()));
      } catch (Driver.Failure e) {
        if (e.code() == CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE) {
          return -1;
        }
        throw e;
      }
      MemorySegment made = arena.allocate((long) blocks * blocks * Float.BYTES, Float.BYTES);
      device.copy(sums, 0, made);
      int wrong = 0;
      for (int to = 0; to < blocks; to++) {
        for (int from = 0; from < blocks; from++) {
          // Sent three times in the second of two rounds, and 1 + 2 + 3.
          float right = 3 * (100 * from + to + 1) + 6;
          wrong += made.getAtIndex(JAVA_FLOAT, (long) to * blocks + from) == right ? 0 : 1;
        }
      }
      return wrong;
    }
  }
}
