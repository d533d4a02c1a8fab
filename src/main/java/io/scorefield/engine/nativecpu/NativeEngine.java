package io.scorefield.engine.nativecpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.EngineInfo;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// The fast engine for machines without a GPU: C++ with SIMD tiles, float32, threads of its own.
///
/// Everything is checked here before a call into the library, so that no call can crash it; calls are
/// made one at a time.
public final class NativeEngine implements Engine {
  /// Points of one call of forwardNoise and evaluate: bounds the memory that a call takes.
  private static final int STRETCH = 1 << 20;

  private final NativeLibrary library;
  private final int threads;
  private final boolean half;
  private final String target;
  private final int tile;
  private final List<NativeTraining> trainings = new ArrayList<>();
  private MemorySegment handle;
  private boolean sampling;

  /// An engine for the best instruction set of this processor.
  ///
  /// @param threads worker threads, at least 1
  /// @throws EngineException when the library or the threads are not to be had
  public NativeEngine(int threads) {
    this(threads, NativeOptions.defaults());
  }

  /// @throws EngineException when the processor lacks the instructions, too
  public NativeEngine(int threads, NativeOptions options) {
    if (threads < 1) {
      throw new IllegalArgumentException("an engine needs a thread");
    }
    if (!unavailable().isEmpty()) {
      throw new EngineException("engine 'native' is not available: " + unavailable());
    }
    library = NativeLibrary.get();
    this.threads = threads;
    half = options.half();
    String target = half ? halfTarget(options.instructions()) : options.instructions();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = target.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(target);
      handle = (MemorySegment) NativeLibrary.invoke(library.engineCreate, threads, name);
    }
    if (handle.equals(MemorySegment.NULL)) {
      throw new EngineException(
          target.isEmpty()
              ? "the system does not give " + threads + " threads, or no memory for them; use fewer "
                  + "with --threads"
              : half
                  ? "--precision half needs the instructions avx512_bf16, which this processor does not have"
                  : "this processor does not have the instructions of '" + target + "'");
    }
    this.target = NativeLibrary.text((MemorySegment) NativeLibrary.invoke(library.engineTarget, handle));
    tile = (int) NativeLibrary.invoke(library.engineTile, handle);
  }

  /// The code that multiplies bfloat16 numbers.
  private static String halfTarget(String instructions) {
    if (!instructions.isEmpty() && !instructions.equals("avx512")) {
      throw new EngineException("--precision half needs the instructions avx512, not '" + instructions + "'");
    }
    return "avx512bf16";
  }

  /// Why this engine cannot run here and what to do about it; empty: it can.
  public static String unavailable() {
    return NativeLibrary.unavailable();
  }

  @Override
  public EngineInfo info() {
    return new EngineInfo(
        "native", "CPU, " + System.getProperty("os.arch") + ", " + target, threads,
        half ? "float32, sampling with bfloat16 between hidden layers" : "float32");
  }

  @Override
  public synchronized void forwardNoise(
      NoiseTable table, int[] row, float[] x0, long seed, long first, float[] xt) {
    requireOpen();
    int dimension = EngineChecks.requireForwardNoise(table, row, x0, xt);
    if (x0.length == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = Tables.noiseRows(table, arena);
      int stretch = Math.min(Math.max(1, STRETCH / dimension), Math.max(1, row.length));
      MemorySegment levels = arena.allocate(ValueLayout.JAVA_INT, stretch);
      MemorySegment from = arena.allocate(JAVA_FLOAT, (long) stretch * dimension);
      MemorySegment to = arena.allocate(JAVA_FLOAT, (long) stretch * dimension);
      for (int at = 0; at < row.length; at += stretch) {
        int count = Math.min(stretch, row.length - at);
        MemorySegment.copy(row, at, levels, ValueLayout.JAVA_INT, 0, count);
        MemorySegment.copy(x0, at * dimension, from, JAVA_FLOAT, 0, count * dimension);
        NativeLibrary.invoke(
            library.forwardNoise, handle, rows, levels, from, seed, first + at, (long) count,
            dimension, table.conditions(), to);
        MemorySegment.copy(to, JAVA_FLOAT, 0, xt, at * dimension, count * dimension);
      }
    }
  }

  @Override
  public synchronized void evaluate(
      Network network, float[] x, double[] timeFeatures, float[] output) {
    requireOpen();
    int points = EngineChecks.requireEvaluate(network, x, timeFeatures, output);
    int dimension = network.architecture().dimension();
    try (Arena arena = Arena.ofConfined()) {
      NativeNetwork table = NativeNetwork.of(network, timeFeatures, arena);
      int stretch = Math.min(Math.max(1, STRETCH / dimension), Math.max(1, points));
      MemorySegment from = arena.allocate(JAVA_FLOAT, (long) stretch * dimension);
      MemorySegment to = arena.allocate(JAVA_FLOAT, (long) stretch * dimension);
      for (int at = 0; at < points; at += stretch) {
        int count = Math.min(stretch, points - at);
        MemorySegment.copy(x, at * dimension, from, JAVA_FLOAT, 0, count * dimension);
        int failed =
            (int)
                NativeLibrary.invoke(
                    library.evaluate, handle, table.shape(), table.program(), table.parameters(), table.rows(), from,
                    (long) count, to);
        if (failed != 0) {
          throw outOfMemory();
        }
        MemorySegment.copy(to, JAVA_FLOAT, 0, output, at * dimension, count * dimension);
      }
    }
  }

  @Override
  public synchronized void sample(
      Network network,
      StepProgram program,
      PhysicsTerm physics,
      SampleRequest request,
      SampleSink sink)
      throws IOException {
    requireOpen();
    EngineChecks.requireSample(network, program, physics, request);
    if (half && network.architecture() instanceof NetworkProgram) {
      throw new EngineException(
          "--precision half is for perceptrons; the " + network.architecture() + " runs in float32");
    }
    if (half && program.diverges()) {
      throw new EngineException(
          "log-densities are sums of a network's derivatives, of which bfloat16 leaves too little; use --precision float32");
    }
    boolean outer = sampling;
    sampling = true;
    try (NativeSampling call = new NativeSampling(library, handle, network, program, physics, request)) {
      call.run(NativeSampling.blockSize(network, program, physics, request, (long) threads * tile), sink);
    } finally {
      sampling = outer;
    }
  }

  @Override
  public synchronized TrainingSession train(TrainingPlan plan, TrainingState state) {
    requireOpen();
    EngineChecks.requireTraining(plan, state);
    trainings.removeIf(NativeTraining::closed);
    NativeTraining training = new NativeTraining(this, library, handle, plan, state);
    trainings.add(training);
    return training;
  }

  @Override
  public double coarsestRounding() {
    return half ? 0x1p-9 : Engine.super.coarsestRounding();
  }

  @Override
  public synchronized OptionalDouble measurePeak(double seconds) {
    requireOpen();
    return OptionalDouble.of((double) NativeLibrary.invoke(library.peak, handle, seconds));
  }

  /// Applies an elementary function of the library to every number, for tests.
  synchronized float[] elementary(int function, float[] x) {
    requireOpen();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocateFrom(JAVA_FLOAT, x);
      MemorySegment out = arena.allocate(JAVA_FLOAT, x.length);
      NativeLibrary.invoke(library.elementary, handle, function, in, out, (long) x.length);
      return out.toArray(JAVA_FLOAT);
    }
  }

  /// The normals of one block for consecutive samples, [count, 4], for tests.
  synchronized float[] normals(long seed, long first, int count, int block, int stream) {
    requireOpen();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_FLOAT, 4L * count);
      NativeLibrary.invoke(library.normals, handle, seed, first, (long) count, block, stream, out);
      return out.toArray(JAVA_FLOAT);
    }
  }

  static EngineException outOfMemory() {
    return new EngineException(
        "not enough memory outside of Java's heap; use a smaller network, batch or --threads, or give "
            + "Java less with SCOREFIELD_JAVA_OPTS=-Xmx1g");
  }

  private void requireOpen() {
    if (handle.equals(MemorySegment.NULL)) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (handle.equals(MemorySegment.NULL)) {
      return;
    }
    if (sampling) {
      throw new IllegalStateException("the engine cannot be closed while it is sampling");
    }
    trainings.forEach(NativeTraining::close);
    NativeLibrary.invoke(library.engineDestroy, handle);
    handle = MemorySegment.NULL;
  }
}
