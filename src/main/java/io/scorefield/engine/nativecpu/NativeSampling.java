package io.scorefield.engine.nativecpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepCost;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Network;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One sampling call: its tables in native memory, and blocks of samples on their way to the sink.
final class NativeSampling implements AutoCloseable {
  /// About how many floating-point operations a block takes, unless eight tiles a thread take more.
  private static final double BLOCK_FLOPS = 1e10;

  /// What the update of the state in a row counts as.
  private static final double ROW_FLOPS = 100;

  /// Largest number of floats of a block's samples and snapshots together.
  private static final long BLOCK_FLOATS = 1 << 22;

  /// However many threads there are, a block has at most so many floats.
  private static final long LARGEST_BLOCK = 1L << 28;

  private static final int MOST_TILES = 256;

  private final NativeLibrary library;
  private final StepProgram program;
  private final SampleRequest request;
  private final int dimension;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment call;

  NativeSampling(
      NativeLibrary library,
      MemorySegment engine,
      Network network,
      StepProgram program,
      PhysicsTerm physics,
      SampleRequest request) {
    this.library = library;
    this.program = program;
    this.request = request;
    this.dimension = network.architecture().dimension();
    try {
      NativeNetwork table = NativeNetwork.of(network, program, arena);
      call =
          (MemorySegment)
              NativeLibrary.invoke(
                  library.samplingCreate,
                  engine,
                  table.shape(),
                  table.program(),
                  table.parameters(),
                  Tables.stepRows(program, dimension, arena),
                  program.rows().size(),
                  table.rows(),
                  Tables.toFloat(program.priorScale(), "the prior scale"),
                  Tables.given(program, arena),
                  program.given().length,
                  request.seed(),
                  Tables.constraint(physics, arena),
                  Tables.bounds(program, arena));
      if (call.equals(MemorySegment.NULL)) {
        throw NativeEngine.outOfMemory();
      }
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /// Samples of one block: enough to keep all threads busy, few enough to be handed over often.
  ///
  /// @param width samples that all threads work on at once
  static int blockSize(
      Network network, StepProgram program, PhysicsTerm physics, SampleRequest request, long width) {
    StepCost cost = program.cost(network.architecture().dimension(), physics);
    double perSample =
        ROW_FLOPS * cost.rows() + cost.inNetwork(network.architecture().flopsPerEvaluation()) + cost.inLaws(physics);
    long tiles = Math.clamp((long) (BLOCK_FLOPS / (perSample * width)) + 1, 8, MOST_TILES);
    long floats = (long) network.architecture().dimension() * (1 + request.snapshots().length);
    long most = Math.clamp(Math.max(width, BLOCK_FLOATS / floats), 1, LARGEST_BLOCK / floats);
    return Math.toIntExact(Math.min(Math.min(tiles * width, most), Math.max(1, request.count())));
  }

  /// Makes all samples, block by block.
  void run(int block, SampleSink sink) throws IOException {
    int[] rows = request.snapshots();
    float[] samples = new float[block * dimension];
    float[][] states = new float[rows.length][block * dimension];
    MemorySegment snapshotRows = arena.allocateFrom(JAVA_INT, rows);
    MemorySegment snapshots = arena.allocate(JAVA_FLOAT, (long) rows.length * samples.length);
    MemorySegment results = arena.allocate(JAVA_FLOAT, samples.length);
    float[] sums = new float[program.diverges() ? block : 0];
    MemorySegment divergence = program.diverges() ? arena.allocate(JAVA_FLOAT, block) : MemorySegment.NULL;
    MemorySegment failed = arena.allocate(ValueLayout.JAVA_LONG);
    MemorySegment fallen = arena.allocate(ValueLayout.JAVA_LONG);
    long fellBack = 0;
    boolean given = request.initial().isPresent();
    MemorySegment initial =
        given ? arena.allocate(JAVA_FLOAT, samples.length) : MemorySegment.NULL;
    for (long done = 0; done < request.count(); done += block) {
      long first = request.first() + done;
      int count = (int) Math.min(block, request.count() - done);
      int floats = count * dimension;
      if (given) {
        int at = Math.toIntExact(done * dimension);
        MemorySegment.copy(request.initial().get(), at, initial, JAVA_FLOAT, 0, floats);
      }
      int row =
          (int)
              NativeLibrary.invoke(
                  library.samplingRun, call, first, (long) count, initial, snapshotRows,
                  rows.length, snapshots, results, divergence, failed, fallen);
      if (row >= 0) {
        throw EngineChecks.notFinite(failed.get(ValueLayout.JAVA_LONG, 0), row, program);
      }
      fellBack += fallen.get(ValueLayout.JAVA_LONG, 0);
      for (int i = 0; i < rows.length; i++) {
        long from = (long) i * floats * Float.BYTES;
        MemorySegment.copy(snapshots, JAVA_FLOAT, from, states[i], 0, floats);
        sink.snapshot(i, first, count, states[i]);
      }
      if (program.diverges()) {
        MemorySegment.copy(divergence, JAVA_FLOAT, 0, sums, 0, count);
        sink.divergence(first, count, sums);
      }
      MemorySegment.copy(results, JAVA_FLOAT, 0, samples, 0, floats);
      sink.accept(first, count, samples);
    }
    EngineChecks.count(program, fellBack, sink);
  }

  @Override
  public void close() {
    NativeLibrary.invoke(library.samplingDestroy, call);
    arena.close();
  }
}
