package io.scorefield.engine.cuda;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.layout.Tables;
import io.scorefield.physics.Tape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A constraint's tape on a device.
final class ConstraintMemory implements AutoCloseable {
  private static final int STRUCT = 32;

  private final Resources resources = new Resources();
  private final PhysicsTerm.Loss loss;
  private final int sweeps;
  private final int slots;
  private final int residuals;
  private long tapeAddress;
  private long residualAddress;

  ConstraintMemory(Device device, Optional<Tape> tape, PhysicsTerm.Loss loss, int sweeps) {
    this.loss = loss;
    this.sweeps = sweeps;
    try (Arena arena = Arena.ofConfined()) {
      Tables.TapeTable table = Tables.tape(tape, arena);
      slots = table.slots();
      residuals = table.residualCount();
      if (slots > 0) {
        tapeAddress = resources.add(device.upload(table.rows())).address();
        residualAddress = resources.add(device.upload(table.residuals())).address();
      }
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  int slots() {
    return slots;
  }

  /// `Constraint`.
  MemorySegment struct(Arena arena) {
    return new Struct(arena, STRUCT)
        .longs(tapeAddress, residualAddress)
        .integers(slots, residuals, Tables.number(loss), sweeps)
        .done();
  }

  @Override
  public void close() {
    resources.close();
  }
}
