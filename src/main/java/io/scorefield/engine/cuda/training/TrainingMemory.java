package io.scorefield.engine.cuda.training;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.Driver;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.engine.cuda.network.ConstraintMemory;
import io.scorefield.engine.cuda.network.LayerLaunches;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.engine.cuda.network.Way;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// All that a training has on its device, and the struct that tells kernels of it (`TrainingCall` in `model.cuh`).
final class TrainingMemory implements AutoCloseable {
  static final int CLOCK = 40;
  static final int NORM_THREADS = 256;

  static final int STRUCT = 384;

  /// Networks wider than this are run one layer at a time.
  private static final int WIDE = 128;

  /// Up to so many examples, the products of our own are meant for them.
  private static final int NARROW = 64;

  /// Examples of a block of `training_resident`.
  private static final int RESIDENT_TILE = 32;

  /// Examples and steps of which the device has the order at once.
  private static final int SPAN_EXAMPLES = 1 << 20;
  private static final int SPAN_STEPS = 4096;

  /// Floats of the chunks' gradients together, about.
  private static final int PARTIAL_FLOATS = 1 << 21;
  private static final int MOST_CHUNKS = 64;
  private static final int LARGEST_CHUNK = 4096;

  private final TrainingPlan plan;
  private final TilePlan tile;
  private final int pass;
  private final int chunk;
  private final int normBlocks;
  private final int span;
  private final long groups;
  private final int residentShared;
  private final Way way;
  private final Optional<Cublas> cublas;
  private final Resources resources = new Resources();
  private final NetworkMemory network;
  private final ConstraintMemory constraint;
  private final DeviceMemory table;
  private final DeviceMemory features;
  private final DeviceMemory data;
  private final DeviceMemory examples;
  private final DeviceMemory adam;
  private final DeviceMemory clock;
  private final DeviceMemory[] state = new DeviceMemory[4];
  private final DeviceMemory inputs;
  private final DeviceMemory deltas;
  private final DeviceMemory losses;
  private final DeviceMemory partial;
  private final DeviceMemory dataGradient;
  private final DeviceMemory products;
  private final DeviceMemory squares;
  private final DeviceMemory dataLosses;
  private final DeviceMemory physicsLosses;
  private final DeviceMemory scratch;
  private final DeviceMemory barrier;

  /// Allocates; where the device has too little memory for the whole batch, for a part of it at a time. The chunks
  /// whose gradients are summed are the same then, and so are the results.
  static TrainingMemory of(Device device, Route route, TrainingPlan plan, TrainingState state) {
    int chunk = chunk(plan);
    int pass = (plan.batch() + chunk - 1) / chunk * chunk;
    int span = Math.clamp(SPAN_EXAMPLES / plan.batch(), 1, SPAN_STEPS);
    while (true) {
      try {
        return new TrainingMemory(device, route, plan, state, chunk, pass, span);
      } catch (Driver.Failure e) {
        if (e.code() != Driver.OUT_OF_MEMORY || (pass == chunk && span == 1)) {
          throw e;
        }
        pass = Math.max(chunk, pass / 4 / chunk * chunk);
        span = Math.max(1, span / 4);
      }
    }
  }

  /// Examples whose gradients are summed in one go: a function of batch and network alone.
  private static int chunk(TrainingPlan plan) {
    int chunks = Math.clamp(PARTIAL_FLOATS / plan.mlp().parameterCount(), 1, MOST_CHUNKS);
    int examples = (plan.batch() + chunks - 1) / chunks;
    return Math.min((examples + 31) / 32 * 32, LARGEST_CHUNK);
  }

  private TrainingMemory(
      Device device, Route route, TrainingPlan plan, TrainingState from, int chunk, int pass, int span) {
    this.plan = plan;
    this.chunk = chunk;
    this.pass = pass;
    int parameters = plan.mlp().parameterCount();
    normBlocks =
        Double.isInfinite(plan.adam().maxGradientNorm()) && !conflictFree()
            ? 0
            : Math.min(64, (parameters + NORM_THREADS - 1) / NORM_THREADS);
    this.span = span;
    try (Arena arena = Arena.ofConfined()) {
      constraint =
          resources.add(new ConstraintMemory(device, PhysicsTerm.ofTraining(plan.physics())));
      TilePlan.Needs needs =
          new TilePlan.Needs(
              plan.mlp(), plan.mlp().in(0), true, ConstraintMemory.Needs.of(plan.physics(), false, false), twice(), true);
      int limit = device.facts().sharedLimit();
      long fixed = residentBytes();
      boolean small = chunk == RESIDENT_TILE && !twice() && !conflictFree() && TilePlan.fits(needs, RESIDENT_TILE, limit - fixed);
      TilePlan resident = small ? TilePlan.of(needs, RESIDENT_TILE, (int) (limit - fixed)) : null;
      if (small && resident(device, route, (int) fixed + resident.shared())) {
        tile = resident;
        groups = chunks();
        residentShared = (int) fixed + resident.shared();
        way = Way.WHOLE;
      } else {
        way = way(route, needs, limit);
        boolean threads = route == Route.PLAIN || way != Way.WHOLE;
        tile = threads ? TilePlan.plain(needs) : tile(needs, device);
        groups =
            way == Way.WHOLE
                ? tile.groups() * tile.blocks(device, passKernel(device), tile.threads(), tile.groups(), tile.shared(), pass)
                : stride();
        residentShared = 0;
      }
      // Before memory is measured out to the examples.
      cublas = way == Way.CUBLAS ? Optional.of(device.cublas()) : Optional.empty();
      network = resources.add(new NetworkMemory(device, plan.mlp(), from.parameters()));
      table = resources.add(device.upload(Tables.noiseRows(plan.table(), arena)));
      features = resources.add(device.upload(Tables.noiseFeatures(plan.table(), arena)));
      data = resources.add(device.upload(plan.data()));
      float[][] parts = {from.parameters(), from.average(), from.firstMoment(), from.secondMoment()};
      for (int i = 0; i < parts.length; i++) {
        state[i] = resources.add(device.upload(parts[i]));
      }
      examples = floats((long) span * plan.batch());
      adam = resources.add(new DeviceMemory((long) span * Tables.ADAM_STEP));
      clock = resources.add(new DeviceMemory(CLOCK));
      inputs = floats((twice() ? 2L : 1L) * inputRows() * stride());
      deltas = floats((twice() ? 2L : 1L) * deltaRows() * stride());
      losses = floats(2L * plan.batch());
      partial = floats((long) chunks() * parameters);
      dataGradient = floats(conflictFree() ? parameters : 0);
      products = resources.add(new DeviceMemory(conflictFree() ? 3L * normBlocks * Double.BYTES : 0));
      squares = resources.add(new DeviceMemory((long) normBlocks * Double.BYTES));
      dataLosses = resources.add(new DeviceMemory((long) span * Double.BYTES));
      physicsLosses = resources.add(new DeviceMemory((long) span * Double.BYTES));
      scratch = resources.add(new DeviceMemory(tile.scratchBytes(groups)));
      barrier = floats(1);
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  /// A layer of a wide network is spread over the device; a narrow one is not worth a launch.
  private Way way(Route route, TilePlan.Needs needs, int limit) {
    return switch (route) {
      case PLAIN, FUSED -> Way.WHOLE;
      case LAYERS -> Way.LAYERS;
      case CUBLAS -> Way.CUBLAS;
      case AUTO, TENSOR -> {
        if (NetworkMemory.widest(plan.mlp()) <= WIDE && TilePlan.fits(needs, 16, limit)) {
          yield Way.WHOLE;
        }
        yield stride() > NARROW && Cublas.unavailable().isEmpty()
            ? Way.CUBLAS
            : Way.LAYERS;
      }
    };
  }

  /// The kernel of a pass forward and back.
  Kernels.Kernel passKernel(Device device) {
    return device
        .kernels()
        .get("training", tile.samples() == 1 ? "training_pass_plain" : "training_pass_fused_" + tile.samples());
  }

  /// Shared memory of `training_resident` beside its tile: sums, layers, weights, records.
  private long residentBytes() {
    Mlp mlp = plan.mlp();
    int layers = mlp.layers();
    long records = ((inputRows() + deltaRows()) * (RESIDENT_TILE + 1L) + 3) / 4 * 4;
    return NORM_THREADS * (long) Double.BYTES + layers * (long) NetworkMemory.LAYER + layers % 2 * 8
        + (NetworkMemory.floats(mlp) + records) * Float.BYTES;
  }

  /// Whether all blocks of `training_resident` run at once.
  private boolean resident(Device device, Route route, int shared) {
    return (route == Route.AUTO || route == Route.TENSOR)
        && device.facts().cooperative()
        && chunks()
            <= device.facts().multiprocessors()
                * device.kernels().get("training", "training_resident").occupancy(NORM_THREADS, shared);
  }

  /// Small batches in small tiles, so that more multiprocessors have one.
  private TilePlan tile(TilePlan.Needs needs, Device device) {
    TilePlan whole = TilePlan.fused(needs, device.facts().sharedLimit());
    int busy = (plan.batch() + device.facts().multiprocessors() - 1) / device.facts().multiprocessors();
    return whole.samples() > 16 && busy <= 16 ? TilePlan.fused(needs, device.facts().sharedLimit(), 16) : whole;
  }

  private DeviceMemory floats(long count) {
    return resources.add(new DeviceMemory(count * Float.BYTES));
  }

  int inputRows() {
    return plan.mlp().in(0) + NetworkMemory.neurons(plan.mlp());
  }

  private int deltaRows() {
    return NetworkMemory.neurons(plan.mlp()) + plan.mlp().dimension();
  }

  /// Columns of the arrays of a pass: room for whole tiles.
  int stride() {
    return (pass + 63) / 64 * 64;
  }

  int chunks() {
    return (plan.batch() + chunk - 1) / chunk;
  }

  TrainingPlan plan() {
    return plan;
  }

  TilePlan tile() {
    return tile;
  }

  /// Threads or blocks of a pass.
  long groups() {
    return groups;
  }

  /// Examples of one pass.
  int pass() {
    return pass;
  }

  int chunk() {
    return chunk;
  }

  int normBlocks() {
    return normBlocks;
  }

  /// Steps whose examples and losses fit.
  int span() {
    return span;
  }

  /// Bytes of shared memory of `training_resident`; 0: the steps are a series of launches.
  int residentShared() {
    return residentShared;
  }

  /// Rows of records of `training_resident`, and how many of them are of inputs.
  int recordRows() {
    return inputRows() + deltaRows();
  }

  long weights() {
    return network.weights();
  }

  NetworkMemory network() {
    return network;
  }

  /// How the network is run, where training is not resident.
  Way way() {
    return way;
  }

  Optional<Cublas> cublas() {
    return cublas;
  }

  /// Whether some noise level has a second evaluation.
  boolean twice() {
    return plan.table().evaluatesTwice();
  }

  /// Whether the gradients of data and physics are computed one by one and combined.
  boolean conflictFree() {
    return plan.combination() == TrainingPlan.Combination.CONFLICT_FREE && plan.physics().isPresent();
  }

  /// Whether gradients are clipped.
  boolean clips() {
    return !Double.isInfinite(plan.adam().maxGradientNorm());
  }

  /// Address that receives the gradient at the input of the second evaluation.
  long inputGradient() {
    return scratch.address() + (long) tile.scratchRow(TilePlan.Array.X) * stride() * Float.BYTES;
  }

  /// The arrays of a network that is run one layer at a time.
  ///
  /// @param second those of the second evaluation
  LayerLaunches.Buffers buffers(boolean second) {
    Mlp mlp = plan.mlp();
    long row = (long) stride() * Float.BYTES;
    long inputsAt = inputs.address() + (second ? inputRows() * row : 0);
    long deltasAt = deltas.address() + (second ? deltaRows() * row : 0);
    long keptRow = second ? NetworkMemory.neurons(mlp) : 0;
    return new LayerLaunches.Buffers() {
      private long neurons(int layer) {
        long neurons = 0;
        for (int l = 0; l < layer; l++) {
          neurons += mlp.out(l);
        }
        return neurons;
      }

      @Override
      public long inputs(int layer) {
        return inputsAt + (layer == 0 ? 0 : mlp.in(0) + neurons(layer - 1)) * row;
      }

      @Override
      public long deltas(int layer) {
        return deltasAt + neurons(layer) * row;
      }

      @Override
      public long kept(int layer) {
        return scratch.address() + (tile.scratchRow(TilePlan.Array.KEPT) + keptRow + neurons(layer)) * row;
      }

      @Override
      public long output() {
        return scratch.address() + tile.scratchRow(TilePlan.Array.OUTPUT) * row;
      }
    };
  }

  DeviceMemory examples() {
    return examples;
  }

  DeviceMemory adam() {
    return adam;
  }

  DeviceMemory clock() {
    return clock;
  }

  DeviceMemory dataLosses() {
    return dataLosses;
  }

  DeviceMemory physicsLosses() {
    return physicsLosses;
  }

  DeviceMemory barrier() {
    return barrier;
  }

  /// Parameters, average, first and second moment.
  DeviceMemory state(int part) {
    return state[part];
  }

  /// `TrainingCall`.
  ///
  /// @param steps that a launch which makes several is to make
  /// @param term of the loss, `Term`
  MemorySegment struct(Arena arena, int steps, int term) {
    double norm = plan.adam().maxGradientNorm();
    return new Struct(arena, STRUCT)
        .struct(network.struct(arena))
        .struct(constraint.struct(arena))
        .struct(tile.struct(arena))
        .longs(
            table.address(), features.address(), data.address(), examples.address(), adam.address(),
            clock.address(), state[0].address(), state[1].address(), state[2].address(), state[3].address(),
            inputs.address(), deltas.address(), losses.address(), partial.address(),
            conflictFree() ? dataGradient.address() : 0, products.address(), squares.address(),
            dataLosses.address(), physicsLosses.address(), scratch.address(), barrier.address(), plan.seed())
        .integers(
            plan.table().rows(), plan.batch(), stride(), chunk, chunks(), plan.mlp().parameterCount(),
            normBlocks, steps)
        .number(Double.isInfinite(norm) ? 0 : Tables.toFloat(norm, "the gradient norm's limit"))
        .integers(term, twice() ? 1 : 0, inputRows(), deltaRows(), 0)
        .done();
  }

  @Override
  public void close() {
    resources.close();
  }
}
