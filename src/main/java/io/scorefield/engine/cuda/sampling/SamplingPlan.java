package io.scorefield.engine.cuda.sampling;

import io.scorefield.engine.EngineException;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.network.AffineMemory;
import io.scorefield.engine.cuda.network.LayerLaunches;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.ProgramTile;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.cuda.network.StageImage;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.engine.cuda.network.Way;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.plan.Plan;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// Which kernel samples a network, and on what.
///
/// @param way how the network is run
/// @param file of kernels/
/// @param threads of a block
/// @param groups that share a block; each works on a tile of its own
/// @param shared bytes of shared memory of a block
/// @param program the tiles of a network program; empty: it is a perceptron
record SamplingPlan(
    Way way, String file, String kernel, TilePlan tile, int threads, int groups, int shared,
    Optional<ProgramTile> program) {
  /// Warps of a block, each with a tile, of networks in registers.
  private static final int WARPS = 4;

  /// Shared memory of such a block: more would let fewer blocks run beside each other.
  private static final int WARPS_SHARED = 32 * 1024;

  /// Of the kernels for many samples of wide networks: hidden layers, samples of a tile, warps that multiply.
  private static final int LARGE_WIDTH = 512;

  private static final int LARGE_SAMPLES = 128;
  private static final int LARGE_WARPS = 8;

  /// Stages of weights that warpgroups have under way where no memory is kept for going back.
  static final int PLAIN_STAGES = 5;

  /// Parts of a multiprocessor that issue the instructions of a warp each.
  private static final int SCHEDULERS = 4;

  /// The state's components are float32 multiply-adds there; with more, they would be most of the work.
  private static final int MOST_COMPONENTS = 16;

  /// A perceptron's.
  SamplingPlan(Way way, String file, String kernel, TilePlan tile, int threads, int groups, int shared) {
    this(way, file, kernel, tile, threads, groups, shared, Optional.empty());
  }

  /// What is asked for, beside the kernels.
  ///
  /// @param needs of a tile
  /// @param diverges whether rows have a divergence, which is made in float32
  /// @param affine whether the kernels for rows that only combine can do it: {@link AffineRows} of two components, weights
  ///     that halves hold
  /// @param count samples at once
  record Work(TilePlan.Needs needs, boolean diverges, boolean affine, int count) {}

  /// The plan for a device.
  ///
  /// @throws EngineException when the kernels asked for cannot do it
  static SamplingPlan choose(Device.Facts device, Route route, Precision precision, Work work) {
    TilePlan.Needs needs = work.needs();
    return switch (needs.architecture()) {
      case Mlp ignored -> perceptron(device, route, work.diverges() ? Precision.FLOAT32 : precision, work);
      case NetworkProgram program -> {
        route.requireProgram(program);
        precision.requireProgram(program);
        yield program(program, needs, device.sharedLimit());
      }
    };
  }

  private static SamplingPlan program(NetworkProgram program, TilePlan.Needs needs, int sharedLimit) {
    Plan plan = Plan.of(program, needs.through() ? NetworkProgram.Way.TO_STATE : NetworkProgram.Way.FORWARD);
    ProgramTile tile = ProgramTile.largest(plan, needs, sharedLimit);
    return new SamplingPlan(
        Way.PROGRAM, "program_sampling", "sample_program", tile.arrays(), ProgramTile.THREADS, 1, tile.shared(),
        Optional.of(tile));
  }

  private static SamplingPlan perceptron(Device.Facts device, Route route, Precision precision, Work work) {
    TilePlan.Needs needs = work.needs();
    int limit = device.sharedLimit();
    return switch (route) {
      case PLAIN -> plain(needs);
      case FUSED -> fused(needs, limit);
      case LAYERS -> layers(needs, Way.LAYERS);
      case CUBLAS -> layers(needs, Way.CUBLAS);
      case TENSOR ->
          affine(device, precision, work)
              .or(() -> large(device, route, precision, work))
              .or(() -> tensor(needs, limit, precision))
              .orElseThrow(
                  () ->
                      new EngineException(
                          "there are no kernels on tensor cores for this: they take --precision mixed, split or half, no "
                              + "log-densities, "
                              + "hidden layers that are all 32, 64, 128, 256 or 512 wide, and "
                              + MOST_COMPONENTS + " components at most; use --kernels auto"));
      case AUTO, PORTABLE ->
          affine(device, precision, work)
              .or(() -> large(device, route, precision, work))
              .or(() -> tensor(needs, limit, precision))
              .orElseGet(
                  () ->
                      TilePlan.fits(needs, TilePlan.SMALLEST, limit)
                          ? fused(needs, limit)
                          : layers(needs, Cublas.unavailable().isEmpty() ? Way.CUBLAS : Way.LAYERS));
    };
  }

  private static SamplingPlan layers(TilePlan.Needs needs, Way way) {
    return new SamplingPlan(
        way, "reverse_sampling", "sample_start", TilePlan.plain(needs), LayerLaunches.THREADS,
        LayerLaunches.THREADS, 0);
  }

  static SamplingPlan plain(TilePlan.Needs needs) {
    return whole("sample_plain", TilePlan.plain(needs));
  }

  static SamplingPlan fused(TilePlan.Needs needs, int sharedLimit) {
    TilePlan tile = TilePlan.fused(needs, sharedLimit);
    return whole("sample_fused_" + tile.samples(), tile);
  }

  private static SamplingPlan whole(String kernel, TilePlan tile) {
    return new SamplingPlan(
        Way.WHOLE, "reverse_sampling", kernel, tile, tile.threads(), tile.groups(), tile.shared());
  }

  /// The plan for rows that only combine, where there are kernels for the network: 64 samples a warp, or 16 where there
  /// are too few to give every scheduler of the device a warp.
  private static Optional<SamplingPlan> affine(Device.Facts device, Precision precision, Work work) {
    Mlp mlp = work.needs().mlp();
    int width = evenWidth(mlp);
    boolean kernels = precision == Precision.MIXED || precision == Precision.HALF;
    if (!kernels || !work.affine() || !(width == 32 || width == 64)) {
      return Optional.empty();
    }
    boolean low = precision.twoWeights();
    int shared = AffineMemory.shared(mlp, low, 32 * WARPS);
    if (shared > device.sharedLimit()) {
      return Optional.empty();
    }
    int samples = work.count() < 64L * SCHEDULERS * device.multiprocessors() ? 16 : 64;
    String activation = mlp.activation().name().toLowerCase(Locale.ROOT);
    return Optional.of(
        new SamplingPlan(
            Way.AFFINE, "affine_sampling_" + activation,
            "affine_" + precision.key() + "_" + width + "_" + samples + "_" + activation,
            TilePlan.withoutArrays(samples), 32 * WARPS, WARPS, shared));
  }

  /// The plan for many samples of wide networks, where there are kernels for the network and the device has the shared
  /// memory: tiles of 128 samples, where they give every multiprocessor one.
  private static Optional<SamplingPlan> large(
      Device.Facts device, Route route, Precision precision, Work work) {
    if (work.count() <= (long) LARGE_SAMPLES / 2 * device.multiprocessors()) {
      return Optional.empty();
    }
    return (device.hopper() && route != Route.PORTABLE
            ? warpgroups(device, precision, work)
            : Optional.<SamplingPlan>empty())
        .or(() -> streamed(device, precision, work));
  }

  /// Eight warps multiply, each alone.
  private static Optional<SamplingPlan> streamed(Device.Facts device, Precision precision, Work work) {
    // StreamedProduct::words of streamed_product.cuh.
    int ring = (precision.twoWeights() ? 3 * 2 : 4) * 4 * 32 * 2 * LARGE_WARPS;
    int words = LARGE_SAMPLES * (LARGE_WIDTH / 2 + 4) + ring;
    return large(device, precision, work, new Multiplier(Way.TENSOR, "tensor_sampling_streamed", "streamed", LARGE_WARPS, words));
  }

  /// Two warpgroups multiply, a third brings the weights.
  private static Optional<SamplingPlan> warpgroups(Device.Facts device, Precision precision, Work work) {
    int bytes = warpgroupBytes(work.needs().through() ? 3 : PLAIN_STAGES);
    return large(
        device, precision, work,
        new Multiplier(Way.WARPGROUPS, "hopper_sampling", "warpgroup", LARGE_WARPS * 3 / 2, bytes / Float.BYTES));
  }

  /// Shared memory of `WarpgroupProduct` of warpgroup_product.cuh without sums: activations, stages of weights, barriers.
  static int warpgroupBytes(int stages) {
    return LARGE_SAMPLES * LARGE_WIDTH * Short.BYTES + stages * StageImage.BYTES + (2 * stages + 2) * Long.BYTES;
  }

  /// How a large tile is multiplied.
  ///
  /// @param kind how names of kernels begin
  /// @param words of shared memory for activations and weights
  private record Multiplier(Way way, String file, String kind, int warps, int words) {}

  /// `StreamedNetwork` of streamed_network.cuh: beside the product's memory sums of the last layer, and bits that are kept.
  private static Optional<SamplingPlan> large(
      Device.Facts device, Precision precision, Work work, Multiplier product) {
    TilePlan.Needs needs = work.needs();
    Mlp mlp = needs.mlp();
    boolean kernels = precision == Precision.MIXED || precision == Precision.HALF;
    boolean bits = mlp.activation() == Activation.LEAKY_RELU || mlp.activation() == Activation.RELU;
    if (!kernels
        || evenWidth(mlp) != LARGE_WIDTH
        || mlp.dimension() > MOST_COMPONENTS
        || (needs.through() && !bits)) {
      return Optional.empty();
    }
    int all =
        product.words() + LARGE_WARPS * mlp.dimension() * LARGE_SAMPLES
            + (needs.through() ? mlp.hidden().length * LARGE_WIDTH * LARGE_SAMPLES / 32 : 0);
    int left = device.sharedLimit() - all * Float.BYTES;
    if (left < 0) {
      return Optional.empty();
    }
    TilePlan tile = TilePlan.of(needs.onTensorCores().withoutKept(), LARGE_SAMPLES, left);
    String kernel =
        product.kind() + "_" + precision.key() + "_" + LARGE_WIDTH + "_" + LARGE_SAMPLES + (needs.through() ? "_back" : "");
    return Optional.of(
        new SamplingPlan(
            product.way(), product.file(), kernel, tile, 32 * product.warps(), 1, all * Float.BYTES + tile.shared()));
  }

  /// The width of the hidden layers where all are equally wide, else 0.
  static int evenWidth(Mlp mlp) {
    int[] widths = IntStream.of(mlp.hidden()).distinct().toArray();
    return widths.length == 1 ? widths[0] : 0;
  }

  /// The plan for tensor cores, where there are kernels for the network.
  static Optional<SamplingPlan> tensor(TilePlan.Needs needs, int sharedLimit, Precision precision) {
    Mlp mlp = needs.mlp();
    if (mlp.dimension() > MOST_COMPONENTS || precision == Precision.FLOAT32) {
      return Optional.empty();
    }
    int width = evenWidth(mlp);
    boolean split = precision.twoWeights();
    return switch (width) {
      case 32, 64 -> Optional.of(warps(needs, width, split && width == 64 ? 16 : 32, split));
      case 128 -> wide(needs, width, 64, split, sharedLimit);
      case 256 ->
          wide(needs, width, 64, split, sharedLimit)
              .or(() -> split ? wide(needs, width, 32, true, sharedLimit) : Optional.empty());
      // Tiles of 64 leave no registers for going backward, nor for split operands.
      case 512 ->
          (needs.through() || split ? Optional.<SamplingPlan>empty() : wide(needs, width, 64, split, sharedLimit))
              .or(() -> wide(needs, width, 32, split, sharedLimit));
      default -> Optional.empty();
    };
  }

  private static String name(int width, int samples, boolean split) {
    return "sample_" + (split ? "split_" : "half_") + width + "_" + samples;
  }

  private static SamplingPlan warps(TilePlan.Needs needs, int width, int samples, boolean split) {
    TilePlan tile = TilePlan.of(needs.onTensorCores(), samples, WARPS_SHARED / WARPS);
    return new SamplingPlan(
        Way.TENSOR, "tensor_sampling_registers", name(width, samples, split), tile, 32 * WARPS, WARPS,
        tile.shared() * WARPS);
  }

  private static Optional<SamplingPlan> wide(
      TilePlan.Needs needs, int width, int samples, boolean split, int sharedLimit) {
    int warps = Math.min(width / 32, 8);
    // WideNetwork::words of wide_network.cuh.
    int words = (split ? 2 : 1) * samples * (width / 2 + 4) + warps * needs.mlp().dimension() * samples;
    int left = sharedLimit - words * Float.BYTES;
    if (left < 0) {
      return Optional.empty();
    }
    TilePlan tile = TilePlan.of(needs.onTensorCores(), samples, left);
    return Optional.of(
        new SamplingPlan(
            Way.TENSOR, "tensor_sampling_" + (split ? "split" : "half"), name(width, samples, split), tile, 32 * warps, 1,
            words * Float.BYTES + tile.shared()));
  }

  /// Blocks of a cluster, which run together.
  int cluster() {
    return way == Way.WARPGROUPS ? 2 : 1;
  }

  /// Rows of shared memory of a group.
  int sharedRows() {
    return tile.shared() / Float.BYTES / tile.samples();
  }
}
