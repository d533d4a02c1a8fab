package io.scorefield.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.HostMemory;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.layout.Tables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// x_t = alpha x_0 + sigma eps of points on a device, one stretch of them after another. Used and closed on the device's
/// thread.
final class ForwardNoising implements AutoCloseable {
  private static final int THREADS = 256;

  private final Device device;
  private final int dimension;
  private final int conditions;
  private final int stretch;
  private final Resources resources = new Resources();
  private final Kernels.Kernel kernel;
  private final DeviceMemory levels;
  private final DeviceMemory rows;
  private final DeviceMemory from;
  private final DeviceMemory to;
  private final HostMemory rowCopy;
  private final HostMemory points;

  /// @param stretch points of a launch at most
  ForwardNoising(Device device, NoiseTable table, int dimension, int stretch) {
    this.device = device;
    this.dimension = dimension;
    conditions = table.conditions();
    this.stretch = stretch;
    long bytes = (long) stretch * dimension * Float.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      levels = resources.add(device.upload(Tables.noiseRows(table, arena)));
      rowCopy = resources.add(new HostMemory((long) stretch * Integer.BYTES));
      points = resources.add(new HostMemory(bytes));
      rows = resources.add(new DeviceMemory((long) stretch * Integer.BYTES));
      from = resources.add(new DeviceMemory(bytes));
      to = resources.add(new DeviceMemory(bytes));
      kernel = device.kernels().get("forward_noising", "forward_noising");
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  /// Noises all points.
  ///
  /// @param row the row of the table for each point
  /// @param first eps of point i is that of sample first + i
  void run(int[] row, float[] x0, long seed, long first, float[] xt) {
    for (int at = 0; at < row.length; at += stretch) {
      int count = Math.min(stretch, row.length - at);
      MemorySegment.copy(row, at, rowCopy.segment(), JAVA_INT, 0, count);
      MemorySegment.copy(x0, at * dimension, points.segment(), JAVA_FLOAT, 0, count * dimension);
      MemorySegment block = points.segment().asSlice(0, (long) count * dimension * Float.BYTES);
      device.copyLater(rowCopy.segment().asSlice(0, (long) count * Integer.BYTES), rows, 0);
      device.copyLater(block, from, 0);
      launch(count, seed, first + at);
      device.copy(to, 0, block);
      MemorySegment.copy(points.segment(), JAVA_FLOAT, 0, xt, at * dimension, count * dimension);
    }
  }

  private void launch(int count, long seed, long first) {
    // A thread makes four normals.
    long threads = (long) count * ((dimension + 3) / 4);
    try (Arena arena = Arena.ofConfined()) {
      device
          .kernels()
          .launch(
              kernel, (threads + THREADS - 1) / THREADS, 1, THREADS, 0,
              arena.allocateFrom(JAVA_LONG, levels.address()), arena.allocateFrom(JAVA_LONG, rows.address()),
              arena.allocateFrom(JAVA_LONG, from.address()), arena.allocateFrom(JAVA_LONG, seed),
              arena.allocateFrom(JAVA_LONG, first), arena.allocateFrom(JAVA_LONG, count),
              arena.allocateFrom(JAVA_INT, dimension), arena.allocateFrom(JAVA_INT, conditions),
              arena.allocateFrom(JAVA_LONG, to.address()));
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
