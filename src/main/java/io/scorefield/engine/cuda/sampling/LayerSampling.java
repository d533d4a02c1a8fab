package io.scorefield.engine.cuda.sampling;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.network.LayerLaunches;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.network.Mlp;
import io.scorefield.physics.Tape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Runs a step program one row and one layer at a time: the series of launches that the kernels of whole trajectories
/// replace.
final class LayerSampling {
  private static final String FILE = "reverse_sampling";

  private final Kernels kernels;
  private final LayerLaunches layers;
  private final Mlp mlp;
  private final StepProgram program;
  private final ScratchBuffers buffers;
  private final long rowBias;
  private final int blocks;
  private final int residuals;
  private final boolean hasObjective;

  /// @param scratch address of the arrays, [rows][stride]
  LayerSampling(
      Device device, LayerLaunches layers, Mlp mlp, StepProgram program, TilePlan tile, long scratch, long rowBias,
      int stride, PhysicsTerm physics) {
    residuals = physics.tape().map(Tape::residuals).orElse(0);
    hasObjective = physics.tape().map(Tape::hasObjective).orElse(false);
    kernels = device.kernels();
    this.layers = layers;
    this.mlp = mlp;
    this.program = program;
    this.rowBias = rowBias;
    buffers = new ScratchBuffers(mlp, tile, scratch, stride);
    blocks = stride / LayerLaunches.THREADS;
  }

  /// The arrays of a network in scratch memory.
  private static final class ScratchBuffers implements LayerLaunches.Buffers {
    private final Mlp mlp;
    private final TilePlan tile;
    private final long scratch;
    private final long rowBytes;
    private boolean keep;

    ScratchBuffers(Mlp mlp, TilePlan tile, long scratch, int stride) {
      this.mlp = mlp;
      this.tile = tile;
      this.scratch = scratch;
      rowBytes = (long) stride * Float.BYTES;
    }

    private long row(TilePlan.Array array) {
      return scratch + tile.scratchRow(array) * rowBytes;
    }

    private long alternate(int layer) {
      return row(layer % 2 == 0 ? TilePlan.Array.PING : TilePlan.Array.PONG);
    }

    @Override
    public long inputs(int layer) {
      return layer == 0 ? row(TilePlan.Array.INPUT) : alternate(layer);
    }

    @Override
    public long deltas(int layer) {
      return layer == mlp.layers() - 1 ? row(TilePlan.Array.SEED) : alternate(layer);
    }

    @Override
    public long kept(int layer) {
      if (!keep) {
        return 0;
      }
      long neurons = 0;
      for (int l = 0; l < layer; l++) {
        neurons += mlp.out(l);
      }
      return row(TilePlan.Array.KEPT) + neurons * rowBytes;
    }

    @Override
    public long output() {
      return row(TilePlan.Array.OUTPUT);
    }
  }

  /// All rows for the samples of a call.
  ///
  /// @param call `SamplingCall`
  /// @param snapshots address of the states after the snapshot rows
  /// @param snapshotBytes of one of them
  void run(MemorySegment call, int[] snapshotRows, long snapshots, long snapshotBytes, long samples) {
    try (Arena arena = Arena.ofConfined()) {
      launch(FILE, "sample_start", call);
      int taken = 0;
      if (taken < snapshotRows.length && snapshotRows[taken] < 0) {
        launch(FILE, "sample_write", call, arena.allocateFrom(JAVA_LONG, snapshots));
        taken++;
      }
      long bias = rowBias;
      for (int r = 0; r < program.rows().size(); r++) {
        StepRow row = program.rows().get(r);
        MemorySegment number = arena.allocateFrom(JAVA_INT, r);
        boolean through = row.usesGradient() && row.x0FromOutput() != 0;
        if (row.usesNetwork()) {
          buffers.keep = through || row.diverges();
          launch(FILE, "sample_input", call, number);
          layers.forward(buffers, mlp.dimension(), bias);
          if (row.clip() || row.combines() || row.keeps()) {
            launch(FILE, "sample_output", call, number);
          }
          for (int p = 0; p < row.directions(mlp.dimension()); p++) {
            MemorySegment direction = arena.allocateFrom(JAVA_INT, p);
            launch(FILE, "sample_direction", call, number, direction);
            layers.backward(buffers, buffers.inputs(0));
            launch(FILE, "sample_diverge", call, number, direction);
          }
          bias += (long) NetworkMemory.padded(mlp.out(0)) * Float.BYTES;
        }
        if (row.usesPhysics()) {
          int solve = row.usesGradient() ? Math.min(row.iterations(), residuals) : 0;
          if (solve > 0) {
            if (hasObjective && row.objective() != 0) {
              launch("physics_gradient", "physics_solve_couple", call, number);
              if (!row.isotropic()) {
                correct(call, number, through);
              }
            }
            launch("physics_gradient", "physics_solve_start", call, number);
          } else {
            launch("physics_gradient", "physics_gradient", call, number);
          }
          for (int k = 0; k < solve; k++) {
            if (!row.isotropic()) {
              correct(call, number, through);
            }
            launch(
                "physics_gradient", "physics_solve_update", call, number,
                arena.allocateFrom(JAVA_INT, k == solve - 1 ? 1 : 0));
          }
          if (row.usesGradient()) {
            correct(call, number, through);
          }
        }
        launch(FILE, "sample_step", call, number);
        if (taken < snapshotRows.length && snapshotRows[taken] == r) {
          launch(FILE, "sample_write", call, arena.allocateFrom(JAVA_LONG, snapshots + taken * snapshotBytes));
          taken++;
        }
      }
      launch(FILE, "sample_write", call, arena.allocateFrom(JAVA_LONG, samples));
      if (program.diverges()) {
        launch(FILE, "sample_write_divergence", call);
      }
    }
  }

  /// gradient = K^T gradient.
  private void correct(MemorySegment call, MemorySegment row, boolean through) {
    if (through) {
      layers.backward(buffers, buffers.inputs(0));
    }
    launch("physics_gradient", "guided_correction", call, row);
  }

  private void launch(String file, String name, MemorySegment... arguments) {
    kernels.launch(kernels.get(file, name), blocks, 1, LayerLaunches.THREADS, 0, arguments);
  }
}
