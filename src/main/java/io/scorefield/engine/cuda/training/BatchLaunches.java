package io.scorefield.engine.cuda.training;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.network.KernelNetwork;
import io.scorefield.engine.cuda.network.LayerLaunches;
import io.scorefield.engine.cuda.network.ProgramTile;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.engine.cuda.network.Way;
import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The launches that take a batch through the network and back and leave the gradients of its chunks.
final class BatchLaunches {
  private static final String FILE = "training";
  private static final int THREADS = 256;
  private static final int GRADIENT_TILE = 32;
  private static final int GRADIENT_SHARED = 2 * GRADIENT_TILE * (GRADIENT_TILE + 1) * Float.BYTES;

  private final Device device;
  private final Kernels kernels;
  private final TrainingMemory memory;
  private final TrainingRoute route;
  private final TrainingSizes sizes;
  private final Optional<LayerLaunches> layers;

  BatchLaunches(Device device, TrainingMemory memory) {
    this.device = device;
    kernels = device.kernels();
    this.memory = memory;
    route = memory.route();
    sizes = memory.sizes();
    layers =
        route.way().byLayers()
            ? Optional.of(
                new LayerLaunches(device, memory.cublas(), sizes.mlp(), memory.network(), sizes.stride()))
            : Optional.empty();
  }

  /// Launches all passes of a batch.
  ///
  /// @param call `TrainingCall`
  void run(Arena arena, MemorySegment call, Term term) {
    if (route.way() == Way.PROGRAM) {
      kernels.launch(
          TrainingRoute.programKernel(device), route.groups(), 1, ProgramTile.THREADS, route.tile().shared(),
          KernelNetwork.behind(call, memory.program().arguments(arena)));
      return;
    }
    int batch = sizes.plan().batch();
    boolean plain = route.plain();
    for (int first = 0; first < batch; first += sizes.pass()) {
      int count = Math.min(sizes.pass(), batch - first);
      int chunks = (count + sizes.chunk() - 1) / sizes.chunk();
      MemorySegment from = arena.allocateFrom(JAVA_INT, first);
      MemorySegment length = arena.allocateFrom(JAVA_INT, count);
      if (layers.isPresent()) {
        byLayers(layers.get(), term, call, from, length);
      } else {
        TilePlan tile = route.tile();
        kernels.launch(
            route.passKernel(device), route.groups() / tile.groups(), 1, tile.threads(), tile.shared(), call, from, length);
      }
      kernels.launch(
          kernels.get(FILE, plain ? "training_gradient_plain" : "training_gradient"),
          plain ? TrainingLaunches.parameterBlocks(sizes.parameters()) : gradientTiles(), chunks, THREADS,
          plain ? 0 : GRADIENT_SHARED, call, from, length);
    }
  }

  /// A pass one layer at a time.
  private void byLayers(LayerLaunches network, Term term, MemorySegment... arguments) {
    int inputs = sizes.mlp().in(0);
    long bias = memory.network().bias(0);
    LayerLaunches.Buffers buffers = memory.buffers(false);
    launch("training_gather", arguments);
    network.forward(buffers, inputs, bias);
    launch("training_loss", arguments);
    if (sizes.twice() && term != Term.DATA) {
      LayerLaunches.Buffers second = memory.buffers(true);
      network.forward(second, inputs, bias);
      launch("training_laws", arguments);
      network.backward(second, memory.inputGradient());
      launch("training_return", arguments);
    }
    network.backward(buffers, 0);
  }

  private void launch(String kernel, MemorySegment... arguments) {
    kernels.launch(
        kernels.get(FILE, kernel), sizes.stride() / LayerLaunches.THREADS, 1, LayerLaunches.THREADS, 0, arguments);
  }

  /// Tiles of 32 x 32 weights of all layers; the bias is one more input.
  private long gradientTiles() {
    Mlp mlp = sizes.mlp();
    long tiles = 0;
    for (int l = 0; l < mlp.layers(); l++) {
      tiles +=
          (mlp.out(l) + GRADIENT_TILE - 1L) / GRADIENT_TILE * ((mlp.in(l) + GRADIENT_TILE) / GRADIENT_TILE);
    }
    return tiles;
  }
}
