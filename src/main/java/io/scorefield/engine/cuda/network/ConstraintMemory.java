package io.scorefield.engine.cuda.network;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.layout.Tables;
import io.scorefield.physics.Tape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The laws of a call on a device.
public final class ConstraintMemory implements AutoCloseable {
  private final Resources resources = new Resources();
  private final PhysicsTerm physics;
  private final long[] addresses = new long[5];

  /// Puts the laws on the device, on its thread.
  public ConstraintMemory(Device device, PhysicsTerm physics) {
    this.physics = physics;
    if (physics.tape().isEmpty()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      Tables.TapeTable table = Tables.tape(physics.tape().get(), arena);
      MemorySegment[] parts = {
        table.rows(), table.indices(), table.numbers(), table.scale(), table.shift()
      };
      for (int i = 0; i < parts.length; i++) {
        addresses[i] = parts[i].byteSize() == 0 ? 0 : resources.add(device.upload(parts[i])).address();
      }
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  /// What the laws need of the memory of a tile.
  ///
  /// @param projects whether samples are projected onto them
  /// @param solves whether likelihoods are solved for
  public record Needs(int slots, int residuals, boolean projects, boolean solves) {
    static final Needs NONE = new Needs(0, 0, false, false);

    /// What a call with these laws needs.
    public static Needs of(Optional<Tape> tape, boolean projects, boolean solves) {
      return tape.map(laws -> new Needs(laws.slots(), laws.residuals(), projects, solves)).orElse(NONE);
    }

    /// Rows of the room behind the adjoints (`SampleLaws` in `sample_laws.cuh`).
    int room(int dimension) {
      return Math.max(projects ? 3 * dimension + residuals : 0, solves ? 4 * residuals + 3 : 0);
    }
  }

  /// `PhysicsTerm`.
  public MemorySegment struct(Arena arena) {
    return Tables.constraint(physics, addresses, arena);
  }

  @Override
  public void close() {
    resources.close();
  }
}
