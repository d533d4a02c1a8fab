package io.scorefield.engine.cuda.training;

import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.network.ConstraintMemory;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.cuda.network.ProgramTile;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.engine.cuda.network.Way;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.plan.Plan;
import java.util.Optional;

/// Which kernels train, and on what.
///
/// @param way how the network is run
/// @param groups threads or blocks of a pass
/// @param residentShared bytes of shared memory of a block of `training_resident` or `training_cluster`; 0: the steps are a
///     series of launches
/// @param cluster whether it is `training_cluster`
/// @param program the tiles of a network program; empty: it is a perceptron
record TrainingRoute(
    TrainingSizes sizes, Way way, TilePlan tile, long groups, int residentShared, boolean cluster,
    Optional<ProgramTile> program) {
  /// Up to so many examples, the products of our own are meant for them.
  private static final int NARROW = 64;

  /// Examples of a block of `training_resident`.
  private static final int RESIDENT_TILE = 32;

  private static final int SMALL_TILE = 16;

  private TrainingRoute(TrainingSizes sizes, Way way, TilePlan tile, long groups, int residentShared) {
    this(sizes, way, tile, groups, residentShared, false, Optional.empty());
  }

  /// The route for a device, with the whole batch at a time. On its thread.
  static TrainingRoute choose(Device device, Route asked, TrainingPlan plan) {
    return switch (plan.architecture()) {
      case Mlp mlp ->
          perceptron(
              device, asked,
              TrainingSizes.whole(plan, TrainingSizes.tile(mlp, plan.batch())).atMost(asked.atOnce(device.facts(), 2.0 * mlp.gradientMultiplyAdds())));
      case NetworkProgram program -> {
        asked.requireProgram(program);
        yield program(device, program, plan);
      }
    };
  }

  /// The same with less at a time.
  TrainingRoute smaller(Device device, Route asked) {
    TrainingSizes less = sizes.smaller();
    return program.isPresent()
        ? new TrainingRoute(less, way, tile, groups, residentShared, cluster, program)
        : perceptron(device, asked, less);
  }

  private static TrainingRoute program(Device device, NetworkProgram network, TrainingPlan plan) {
    boolean twice = plan.table().evaluatesTwice();
    Plan steps = Plan.of(network, twice ? NetworkProgram.Way.TO_BOTH : NetworkProgram.Way.TO_PARAMETERS);
    TilePlan.Needs needs =
        new TilePlan.Needs(
            network, network.dimension() + network.timeFeatures(), true,
            ConstraintMemory.Needs.of(plan.physics(), false, false), twice, false, true);
    ProgramTile tile = ProgramTile.training(steps, needs, device.facts().sharedLimit());
    TrainingSizes sizes = TrainingSizes.whole(plan, tile.samples());
    // A block takes a chunk as it takes a tile.
    long blocks =
        tile.arrays()
            .blocks(
                device, programKernel(device), ProgramTile.THREADS, 1, tile.shared(), sizes.chunks() * tile.samples());
    return new TrainingRoute(sizes, Way.PROGRAM, tile.arrays(), blocks, 0, false, Optional.of(tile));
  }

  static Kernels.Kernel programKernel(Device device) {
    return device.kernels().get("program_training", "train_program_chunks");
  }

  private static TrainingRoute perceptron(Device device, Route asked, TrainingSizes sizes) {
    TilePlan.Needs needs =
        new TilePlan.Needs(
            sizes.mlp(), sizes.mlp().in(0), true,
            ConstraintMemory.Needs.of(sizes.plan().physics(), false, false), sizes.twice(), true, true);
    return resident(device, asked, sizes, needs).orElseGet(() -> series(device, asked, sizes, needs));
  }

  /// Many steps in one launch, where chunks, weights and records fit into shared memory and all blocks run at once.
  private static Optional<TrainingRoute> resident(
      Device device, Route asked, TrainingSizes sizes, TilePlan.Needs needs) {
    if (asked != Route.AUTO && asked != Route.PORTABLE && asked != Route.TENSOR
        || sizes.chunk() > RESIDENT_TILE
        || sizes.twice()
        || sizes.conflictFree()) {
      return Optional.empty();
    }
    return clustered(device, asked, sizes, needs).or(() -> together(device, sizes, needs));
  }

  /// A cluster of blocks, on devices that have them.
  private static Optional<TrainingRoute> clustered(
      Device device, Route asked, TrainingSizes sizes, TilePlan.Needs needs) {
    long fixed = ClusterPlan.bytes(sizes);
    long left = device.facts().sharedLimit() - fixed;
    if (asked == Route.PORTABLE
        || !device.facts().hopper()
        || sizes.chunk() != TrainingSizes.SMALL_CHUNK
        || sizes.chunks() > ClusterPlan.BLOCKS
        || sizes.mlp().dimension() > ClusterPlan.MOST_OUTPUTS
        || !TilePlan.fits(needs, TrainingSizes.SMALL_CHUNK, left)) {
      return Optional.empty();
    }
    TilePlan tile = TilePlan.of(needs, TrainingSizes.SMALL_CHUNK, (int) left);
    int shared = (int) fixed + tile.shared();
    if (tile.scratchRows() > 0) {
      return Optional.empty();
    }
    return ClusterCheck.passes(device) && ClusterPlan.kernel(device).occupancy(ClusterPlan.THREADS, shared) > 0
        ? Optional.of(new TrainingRoute(sizes, Way.WHOLE, tile, ClusterPlan.BLOCKS, shared, true, Optional.empty()))
        : Optional.empty();
  }

  /// Blocks that wait for each other in device memory.
  private static Optional<TrainingRoute> together(Device device, TrainingSizes sizes, TilePlan.Needs needs) {
    long fixed = residentBytes(sizes);
    long left = device.facts().sharedLimit() - fixed;
    if (!device.facts().cooperative() || !TilePlan.fits(needs, RESIDENT_TILE, left)) {
      return Optional.empty();
    }
    TilePlan tile = TilePlan.of(needs, RESIDENT_TILE, (int) left);
    int shared = (int) fixed + tile.shared();
    int beside =
        device.kernels().get("training", "training_resident").occupancy(TrainingSizes.NORM_THREADS, shared);
    int blocks = (sizes.plan().batch() + RESIDENT_TILE - 1) / RESIDENT_TILE;
    return blocks <= device.facts().multiprocessors() * beside
        ? Optional.of(new TrainingRoute(sizes, Way.WHOLE, tile, blocks, shared))
        : Optional.empty();
  }

  /// Shared memory of `training_resident` beside its tile: sums, layers, weights, records.
  private static long residentBytes(TrainingSizes sizes) {
    Mlp mlp = sizes.mlp();
    int layers = mlp.layers();
    return 2 * TrainingSizes.NORM_THREADS * (long) Double.BYTES + layers * (long) NetworkMemory.LAYER + layers % 2 * 8
        + (NetworkMemory.floats(mlp) + recordFloats(sizes)) * Float.BYTES;
  }

  /// Floats of the records of a block's own examples.
  private static long recordFloats(TrainingSizes sizes) {
    return (sizes.inputRows() + sizes.deltaRows()) * (RESIDENT_TILE + 4L);
  }

  /// A series of launches a step.
  private static TrainingRoute series(Device device, Route asked, TrainingSizes sizes, TilePlan.Needs needs) {
    Way way = way(device, asked, sizes, needs);
    if (way.byLayers()) {
      return new TrainingRoute(sizes, way, TilePlan.plain(needs), sizes.stride(), 0);
    }
    TilePlan tile = asked == Route.PLAIN ? TilePlan.plain(needs) : fused(device, sizes, needs);
    long blocks =
        tile.blocks(device, passKernel(device, tile), tile.threads(), tile.groups(), tile.shared(), sizes.pass());
    return new TrainingRoute(sizes, way, tile, tile.groups() * blocks, 0);
  }

  /// A layer of a wide network is spread over the device; a narrow one is not worth a launch.
  private static Way way(Device device, Route asked, TrainingSizes sizes, TilePlan.Needs needs) {
    return switch (asked) {
      case PLAIN, FUSED -> Way.WHOLE;
      case LAYERS -> Way.LAYERS;
      case CUBLAS -> Way.CUBLAS;
      case AUTO, PORTABLE, TENSOR -> {
        if (NetworkMemory.widest(sizes.mlp()) <= TrainingSizes.WIDE
            && TilePlan.fits(needs, TilePlan.SMALLEST, device.facts().sharedLimit())) {
          yield Way.WHOLE;
        }
        yield sizes.stride() > NARROW && Cublas.unavailable().isEmpty() ? Way.CUBLAS : Way.LAYERS;
      }
    };
  }

  /// Small batches in small tiles, so that more multiprocessors have one.
  private static TilePlan fused(Device device, TrainingSizes sizes, TilePlan.Needs needs) {
    int limit = device.facts().sharedLimit();
    TilePlan whole = TilePlan.fused(needs, limit);
    int multiprocessors = device.facts().multiprocessors();
    int busy = (sizes.plan().batch() + multiprocessors - 1) / multiprocessors;
    return whole.samples() > SMALL_TILE && busy <= SMALL_TILE ? TilePlan.fused(needs, limit, SMALL_TILE) : whole;
  }

  /// The kernel of a pass forward and back.
  Kernels.Kernel passKernel(Device device) {
    return passKernel(device, tile);
  }

  private static Kernels.Kernel passKernel(Device device, TilePlan tile) {
    return device
        .kernels()
        .get("training", tile.samples() == 1 ? "training_pass_plain" : "training_pass_fused_" + tile.samples());
  }

  /// Whether many steps are one launch.
  boolean resident() {
    return residentShared > 0;
  }

  /// Whether a thread takes an example, and another a parameter.
  boolean plain() {
    return way == Way.WHOLE && tile.samples() == 1;
  }
}
