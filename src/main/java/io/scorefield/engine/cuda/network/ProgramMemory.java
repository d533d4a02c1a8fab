package io.scorefield.engine.cuda.network;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.engine.layout.ProgramTables;
import io.scorefield.network.NetworkProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A network program on a device: its tables, its weights in the order in which products read them, and the struct that
/// tells kernels of it (`ProgramCall` in `kernels/device/program_tile.cuh`). Used and closed on the device's thread.
public final class ProgramMemory implements KernelNetwork {
  private static final int STRUCT = ProgramTables.TABLE + 3 * Long.BYTES + 4 * Integer.BYTES;

  private static final int THREADS = 256;
  private static final int MOST_BLOCKS = 4096;

  private final Device device;
  private final NetworkProgram program;
  private final Resources resources = new Resources();
  private final long parameters;
  private final DeviceMemory source;
  private final DeviceMemory packed;
  private final int count;
  private final DeviceMemory call;

  /// With parameters of its own.
  public ProgramMemory(Device device, ProgramTile tile, float[] parameters) {
    this(device, tile, parameters, 0);
  }

  /// With the flat parameters at an address, which someone else changes.
  public ProgramMemory(Device device, ProgramTile tile, long address) {
    this(device, tile, new float[0], address);
  }

  private ProgramMemory(Device device, ProgramTile tile, float[] own, long address) {
    this.device = device;
    program = tile.plan().network();
    try (Arena arena = Arena.ofConfined()) {
      parameters = address != 0 ? address : resources.add(device.upload(own)).address();
      long[] tables =
          ProgramTables.arrays(tile.plan(), arena).all().stream().mapToLong(this::upload).toArray();
      PackedWeights weights = PackedWeights.of(tile.plan());
      count = weights.source().length;
      source = resources.add(device.upload(arena.allocateFrom(JAVA_INT, weights.source())));
      packed = resources.add(new DeviceMemory((long) count * Float.BYTES));
      long begins = upload(arena.allocateFrom(JAVA_INT, weights.begins()));
      call =
          resources.add(
              device.upload(
                  new Struct(arena, STRUCT)
                      .struct(ProgramTables.table(tile.plan(), tables, arena))
                      .longs(parameters, packed.address(), begins)
                      .integers(tile.sharedRow(), tile.scratchRow(), tile.sharedNumbers(), tile.samples())
                      .done()));
      pack();
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  private long upload(MemorySegment from) {
    return resources.add(device.upload(from)).address();
  }

  /// Renews what products read, after the parameters have changed.
  public void pack() {
    if (count == 0) {
      return;
    }
    Kernels kernels = device.kernels();
    try (Arena arena = Arena.ofConfined()) {
      kernels.launch(
          kernels.get("program_evaluation", "pack_program"), Math.min((count + THREADS - 1) / THREADS, MOST_BLOCKS), 1,
          THREADS, 0, arena.allocateFrom(JAVA_LONG, parameters), arena.allocateFrom(JAVA_LONG, source.address()),
          arena.allocateFrom(JAVA_LONG, packed.address()), arena.allocateFrom(JAVA_INT, count));
    }
  }

  @Override
  public MemorySegment struct(Arena arena) {
    return new Struct(arena, NetworkMemory.NETWORK)
        .longs(0)
        .integers(0, program.dimension(), program.timeFeatures(), 0)
        .done();
  }

  @Override
  public MemorySegment[] arguments(Arena arena) {
    return new MemorySegment[] {arena.allocateFrom(JAVA_LONG, call.address())};
  }

  @Override
  public void close() {
    resources.close();
  }
}
