package io.scorefield.engine.cuda.sampling;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.HostMemory;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.engine.cuda.network.AffineMemory;
import io.scorefield.engine.cuda.network.ConstraintMemory;
import io.scorefield.engine.cuda.network.KernelNetwork;
import io.scorefield.engine.cuda.network.LayerLaunches;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.ProgramMemory;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.cuda.network.TensorMemory;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.engine.cuda.network.Way;
import io.scorefield.engine.layout.FoldedFeatures;
import io.scorefield.engine.layout.RowFeatures;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A sampling call on one device: its tables there, and one block of samples after another. Everything happens on the
/// device's thread.
final class CudaSampling implements AutoCloseable {
  static final int STRUCT = 288;

  /// A finished block. The memory belongs to its buffer and is used again for a later block.
  ///
  /// @param failure the least (sample of the block) << 32 | row that was not finite, or -1
  /// @param divergence l, [count], where the program has rows with one
  /// @param fellBack in how many rows of how many samples a likelihood fell back
  record Block(
      long first, int count, MemorySegment samples, MemorySegment snapshots, MemorySegment divergence, long failure,
      long fellBack) {}

  /// Where a block comes to the host. There are two, so that one is filled while the other is read.
  private final class Buffer {
    private final HostMemory samples;
    private final HostMemory snapshots;
    private final HostMemory divergence;

    Buffer() {
      samples = resources.add(new HostMemory((long) capacity * dimension * Float.BYTES));
      snapshots = resources.add(new HostMemory((long) capacity * dimension * snapshotsAt.length * Float.BYTES));
      divergence = resources.add(new HostMemory(program.diverges() ? (long) capacity * Float.BYTES : 0));
    }
  }

  private final Device device;
  private final StepProgram program;
  private final int[] snapshotsAt;
  private final int dimension;
  private final int capacity;
  private final Resources resources = new Resources();
  private final Kernels.Kernel kernel;
  private final SamplingPlan plan;
  private final long blocks;
  private final int atOnce;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment network;
  private final MemorySegment constraint;
  private final MemorySegment places;
  private final MemorySegment[] arguments;
  private final Optional<LayerSampling> layers;
  private final long rows;
  private final long rowBias;
  private final long bounds;
  private final long conditions;
  private final long snapshotRows;
  private final DeviceMemory scratch;
  private final DeviceMemory initial;
  private final DeviceMemory samples;
  private final DeviceMemory snapshots;
  private final DeviceMemory divergence;
  private final DeviceMemory failure;
  private final HostMemory failureCopy;
  private final HostMemory initialCopy;
  private final Buffer[] buffers;

  /// Puts the tables on the device.
  ///
  /// @param capacity samples of a block at most
  /// @throws Driver.Failure with {@link Driver#OUT_OF_MEMORY} when the device has no room for such blocks
  CudaSampling(
      Device device, Route route, Precision precision, Network given, StepProgram program, PhysicsTerm physics, SampleRequest request,
      int capacity) {
    this.device = device;
    this.program = program;
    this.snapshotsAt = request.snapshots();
    this.capacity = capacity;
    dimension = given.architecture().dimension();
    try {
      ConstraintMemory tape = resources.add(new ConstraintMemory(device, physics));
      plan = SamplingPlan.choose(device.facts(), route, precision, work(given, program, physics, capacity));
      if (plan.way() == Way.WARPGROUPS) {
        WarpgroupCheck.require(device, precision);
      }
      atOnce = route.atOnce(device.facts(), CudaSampler.flops(given, program, physics));
      // Before memory is measured out to the samples.
      Optional<Cublas> cublas =
          plan.way() == Way.CUBLAS ? Optional.of(device.cublas()) : Optional.empty();
      kernel = device.kernels().get(plan.file(), plan.kernel());
      blocks = blocks();
      KernelNetwork weights =
          resources.add(
              plan.program().isPresent()
                  ? new ProgramMemory(device, plan.program().get(), given.parameters())
                  : new NetworkMemory(device, mlp(given), given.parameters()));
      network = weights.struct(arena);
      constraint = tape.struct(arena);
      places = plan.tile().struct(arena);
      arguments =
          switch (plan.way()) {
            case TENSOR ->
                tensor(TensorMemory.tiles(device, mlp(given), given.parameters()));
            case WARPGROUPS ->
                tensor(TensorMemory.stages(device, mlp(given), given.parameters(), precision.twoWeights()));
            case AFFINE ->
                new MemorySegment[] {
                  resources.add(new AffineMemory(device, given, program, precision.twoWeights())).struct(arena)
                };
            default -> weights.arguments(arena);
          };
      rows = upload(Tables.stepRows(program, dimension, arena));
      rowBias =
          upload(
              plan.program().isPresent()
                  ? RowFeatures.of(program, arena)
                  : FoldedFeatures.of(given, program, NetworkMemory.padded(mlp(given).out(0)), arena));
      MemorySegment clipping = Tables.bounds(program, arena);
      bounds = clipping.byteSize() == 0 ? 0 : upload(clipping);
      conditions = program.given().length == 0 ? 0 : upload(Tables.given(program, arena));
      snapshotRows = upload(arena.allocateFrom(JAVA_INT, snapshotsAt));
      scratch = resources.add(new DeviceMemory(plan.tile().scratchBytes(blocks * plan.groups())));
      int stride = Math.toIntExact(blocks * plan.groups());
      layers =
          plan.way().byLayers()
              ? Optional.of(
                  new LayerSampling(
                      device,
                      new LayerLaunches(device, cublas, mlp(given), (NetworkMemory) weights, stride),
                      mlp(given), program, plan.tile(), scratch.address(), rowBias, stride, physics))
              : Optional.empty();
      long floats = (long) capacity * dimension;
      samples = resources.add(new DeviceMemory(floats * Float.BYTES));
      snapshots = resources.add(new DeviceMemory(floats * snapshotsAt.length * Float.BYTES));
      divergence = resources.add(new DeviceMemory(program.diverges() ? (long) capacity * Float.BYTES : 0));
      boolean starts = request.initial().isPresent();
      initial = resources.add(new DeviceMemory(starts ? floats * Float.BYTES : 0));
      initialCopy = resources.add(new HostMemory(starts ? floats * Float.BYTES : 0));
      failure = resources.add(new DeviceMemory(2 * Long.BYTES));
      failureCopy = resources.add(new HostMemory(2 * Long.BYTES));
      buffers = new Buffer[] {new Buffer(), new Buffer()};
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, this);
      throw e;
    }
  }

  private MemorySegment[] tensor(TensorMemory weights) {
    return new MemorySegment[] {resources.add(weights).struct(arena, plan.sharedRows())};
  }

  private long upload(MemorySegment from) {
    return resources.add(device.upload(from)).address();
  }

  /// Whether the kernels for rows that only combine can run a network's samples.
  private static boolean affine(Network network, StepProgram program) {
    return network.architecture() instanceof Mlp mlp
        && mlp.dimension() == 2
        && AffineRows.all(program, mlp.dimension())
        && AffineMemory.holds(network, program);
  }

  private static Mlp mlp(Network network) {
    return Tables.mlp(network.architecture());
  }

  /// What a call asks for.
  ///
  /// @param count samples at once
  static SamplingPlan.Work work(Network network, StepProgram program, PhysicsTerm physics, int count) {
    return new SamplingPlan.Work(
        needs(network.architecture(), program, physics), program.diverges(), affine(network, program), count);
  }

  /// What the tiles of a call need.
  static TilePlan.Needs needs(Architecture architecture, StepProgram program, PhysicsTerm physics) {
    boolean through =
        program.diverges()
            || program.rows().stream().anyMatch(row -> row.usesGradient() && row.x0FromOutput() != 0);
    boolean projects = program.rows().stream().anyMatch(row -> row.projected() != 0);
    boolean solves = program.rows().stream().anyMatch(row -> row.usesGradient() && row.iterations() > 0);
    ConstraintMemory.Needs laws = ConstraintMemory.Needs.of(physics.tape(), projects, solves);
    TilePlan.Registers registers = new TilePlan.Registers(program.usesEarlier(), program.usesKept());
    return switch (architecture) {
      case Mlp mlp -> new TilePlan.Needs(mlp, mlp.dimension(), through, laws).withRegisters(registers);
      case NetworkProgram network -> new TilePlan.Needs(network, through, laws).withRegisters(registers);
    };
  }

  /// Blocks that work at once; by layers that is all samples.
  private long blocks() {
    if (plan.way().byLayers()) {
      return (capacity + plan.groups() - 1L) / plan.groups();
    }
    long blocks = plan.tile().blocks(device, kernel, plan.threads(), plan.groups(), plan.shared(), capacity);
    int together = plan.cluster();
    // Whole clusters: one more block, whose tile is empty, rather than none.
    return Math.max(1, blocks < device.facts().multiprocessors() ? (blocks + together - 1) / together : blocks / together)
        * together;
  }

  /// Whether the network runs on tensor cores.
  boolean onTensorCores() {
    return plan.way() == Way.TENSOR || plan.way() == Way.WARPGROUPS || plan.way() == Way.AFFINE;
  }

  /// Samples of a block at most.
  int capacity() {
    return capacity;
  }

  /// Makes samples [first, first + count) of a request and brings them to the host.
  ///
  /// @param request may have another seed and other samples and initial states than the one that the call was opened for
  Block run(SampleRequest request, long first, int count, int buffer) {
    Buffer to = buffers[buffer];
    int floats = count * dimension;
    if (request.initial().isPresent()) {
      int at = Math.toIntExact((first - request.first()) * dimension);
      MemorySegment.copy(request.initial().get(), at, initialCopy.segment(), JAVA_FLOAT, 0, floats);
      device.copyLater(initialCopy.segment().asSlice(0, (long) floats * Float.BYTES), initial, 0);
    }
    device.fill(failure, 0xFF);
    try (Arena once = Arena.ofConfined()) {
      MemorySegment call =
          new Struct(once, STRUCT)
              .struct(network)
              .struct(constraint)
              .struct(places)
              .longs(
                  rows, rowBias, request.initial().isPresent() ? initial.address() : 0, snapshotRows,
                  snapshots.address(), samples.address(), program.diverges() ? divergence.address() : 0,
                  failure.address(), scratch.address(), bounds, conditions, request.seed(), first)
              .integers(count, program.rows().size(), snapshotsAt.length)
              .number(Tables.toFloat(program.priorScale(), "the prior scale"))
              .integers(program.given().length, (program.usesEarlier() ? 1 : 0) | (program.usesKept() ? 2 : 0))
              .done();
      device.timed(() -> launch(call, count));
    }
    MemorySegment made = to.samples.segment().asSlice(0, (long) floats * Float.BYTES);
    MemorySegment states =
        to.snapshots.segment().asSlice(0, (long) floats * snapshotsAt.length * Float.BYTES);
    device.copyLater(samples, 0, made);
    device.copyLater(snapshots, 0, states);
    MemorySegment sums = to.divergence.segment().asSlice(0, program.diverges() ? (long) count * Float.BYTES : 0);
    device.copyLater(divergence, 0, sums);
    device.copyLater(failure, 0, failureCopy.segment().asSlice(0, 2 * Long.BYTES));
    device.synchronise();
    return new Block(
        first, count, made, states, sums, failureCopy.segment().get(JAVA_LONG, 0),
        failureCopy.segment().get(JAVA_LONG, Long.BYTES) + 1);
  }

  private void launch(MemorySegment call, int count) {
    if (layers.isPresent()) {
      long bytes = (long) count * dimension * Float.BYTES;
      layers.get().run(call, snapshotsAt, snapshots.address(), bytes, samples.address());
    } else if (plan.tile().samples() == 1 && plan.way() == Way.WHOLE) {
      plain(call, count);
    } else {
      device.kernels().launch(kernel, blocks, 1, plan.threads(), plan.shared(), KernelNetwork.behind(call, arguments));
    }
  }

  /// A thread a sample, in launches that are short enough for a display's watchdog.
  private void plain(MemorySegment call, int count) {
    for (long first = 0; first < count; first += atOnce) {
      int end = (int) Math.min(count, first + atOnce);
      long needed = (end - first + plan.threads() - 1) / plan.threads();
      try (Arena once = Arena.ofConfined()) {
        device
            .kernels()
            .launch(
                kernel, Math.min(blocks, needed), 1, plan.threads(), plan.shared(), call,
                once.allocateFrom(JAVA_INT, (int) first), once.allocateFrom(JAVA_INT, end));
      }
    }
  }

  @Override
  public void close() {
    try {
      resources.close();
    } finally {
      arena.close();
    }
  }
}
