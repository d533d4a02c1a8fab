package io.scorefield.engine.cuda.training;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Graph;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.network.LayerLaunches;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.engine.cuda.network.Way;
import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The launches of training steps: many steps in one launch where all of it fits onto a few multiprocessors, else a
/// series a step, recorded in graphs (one by one on drivers that are too old for them).
final class TrainingLaunches implements AutoCloseable {
  private static final String FILE = "training";

  /// `Term` of `model.cuh`.
  private static final int BOTH = 0;

  private static final int DATA = 1;
  private static final int PHYSICS = 2;

  private static final int THREADS = 256;

  /// Steps of one launch of `training_resident`: few enough that no watchdog ends it.
  private static final int RESIDENT_STEPS = 4096;

  /// Steps of the longer graph.
  private static final int MANY = 32;

  private static final int GRADIENT_TILE = 32;
  private static final int GRADIENT_SHARED = 2 * GRADIENT_TILE * (GRADIENT_TILE + 1) * Float.BYTES;
  private static final int SUM_SHARED = THREADS * Double.BYTES;

  private final Device device;
  private final Kernels kernels;
  private final boolean plain;
  private final Optional<LayerLaunches> layers;
  private final TrainingMemory memory;
  private final Resources resources = new Resources();
  private Optional<Graph> one = Optional.empty();
  private Optional<Graph> many = Optional.empty();
  private boolean started;

  TrainingLaunches(Device device, Route route, TrainingMemory memory) {
    this.device = device;
    this.memory = memory;
    kernels = device.kernels();
    plain = route == Route.PLAIN;
    layers =
        memory.way() == Way.WHOLE
            ? Optional.empty()
            : Optional.of(
                new LayerLaunches(
                    device, memory.cublas(), memory.plan().mlp(), memory.network(), memory.stride()));
  }

  private Graph record(int steps) {
    return new Graph(
        device,
        () -> {
          for (int k = 0; k < steps; k++) {
            step();
          }
        });
  }

  void run(int steps) {
    int left = steps;
    if (memory.residentShared() > 0) {
      for (; left > 0; left -= RESIDENT_STEPS) {
        resident(Math.min(left, RESIDENT_STEPS));
      }
      return;
    }
    if (!started) {
      // The first step is launched one by one: kernels and cuBLAS load when they are first used, which a recording
      // does not allow.
      step();
      left--;
      started = true;
      if (Graph.available()) {
        one = Optional.of(resources.add(record(1)));
        many = Optional.of(resources.add(record(MANY)));
      }
    }
    for (; many.isPresent() && left >= MANY; left -= MANY) {
      many.get().launch();
    }
    for (; left > 0; left--) {
      one.ifPresentOrElse(graph -> graph.launch(), this::step);
    }
  }

  /// Many steps in one launch.
  private void resident(int steps) {
    Mlp mlp = memory.plan().mlp();
    device.fill(memory.barrier(), 0);
    try (Arena arena = Arena.ofConfined()) {
      kernels.launchTogether(
          kernels.get(FILE, "training_resident"), memory.chunks(), THREADS, memory.residentShared(),
          memory.struct(arena, steps, BOTH), arena.allocateFrom(JAVA_LONG, memory.weights()),
          arena.allocateFrom(JAVA_INT, Math.toIntExact(NetworkMemory.floats(mlp))),
          arena.allocateFrom(JAVA_INT, memory.recordRows()), arena.allocateFrom(JAVA_INT, memory.inputRows()));
    }
  }

  /// The launches of one step.
  private void step() {
    long parameterBlocks = parameterBlocks();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call = memory.struct(arena, 1, memory.conflictFree() ? PHYSICS : BOTH);
      if (memory.conflictFree()) {
        MemorySegment data = memory.struct(arena, 1, DATA);
        gradient(arena, data, DATA);
        launch("training_keep", parameterBlocks, THREADS, 0, data);
        gradient(arena, call, PHYSICS);
        launch("training_products", memory.normBlocks(), TrainingMemory.NORM_THREADS, SUM_SHARED, call);
        launch("training_factors", 1, 1, 0, call);
      } else {
        gradient(arena, call, BOTH);
      }
      if (memory.clips()) {
        launch("training_norm", memory.normBlocks(), TrainingMemory.NORM_THREADS, SUM_SHARED, call);
      }
      launch("training_account", 1, THREADS, SUM_SHARED, call);
      launch("training_adam", parameterBlocks, THREADS, 0, call);
    }
  }

  private void launch(String kernel, long blocks, int threads, int shared, MemorySegment... arguments) {
    kernels.launch(kernels.get(FILE, kernel), blocks, 1, threads, shared, arguments);
  }

  private long parameterBlocks() {
    return Math.min((memory.plan().mlp().parameterCount() + THREADS - 1L) / THREADS, 4096);
  }

  /// The batch forward and back, and the gradients of its chunks.
  private void gradient(Arena arena, MemorySegment call, int term) {
    int batch = memory.plan().batch();
    TilePlan tile = memory.tile();
    Kernels.Kernel gradient = kernels.get(FILE, plain ? "training_gradient_plain" : "training_gradient");
    for (int first = 0; first < batch; first += memory.pass()) {
      int count = Math.min(memory.pass(), batch - first);
      MemorySegment from = arena.allocateFrom(JAVA_INT, first);
      MemorySegment length = arena.allocateFrom(JAVA_INT, count);
      int chunks = (count + memory.chunk() - 1) / memory.chunk();
      if (layers.isPresent()) {
        byLayers(layers.get(), term, call, from, length);
        kernels.launch(gradient, gradientTiles(), chunks, THREADS, GRADIENT_SHARED, call, from, length);
      } else {
        kernels.launch(
            memory.passKernel(device), memory.groups() / tile.groups(), 1, tile.threads(), tile.shared(), call, from,
            length);
        kernels.launch(
            gradient, plain ? parameterBlocks() : gradientTiles(), chunks, THREADS, plain ? 0 : GRADIENT_SHARED, call,
            from, length);
      }
    }
  }

  /// A pass one layer at a time.
  private void byLayers(LayerLaunches network, int term, MemorySegment... arguments) {
    int blocks = memory.stride() / LayerLaunches.THREADS;
    int inputs = memory.plan().mlp().in(0);
    long bias = memory.network().bias(0);
    LayerLaunches.Buffers buffers = memory.buffers(false);
    launch("training_gather", blocks, LayerLaunches.THREADS, 0, arguments);
    network.forward(buffers, inputs, bias);
    launch("training_loss", blocks, LayerLaunches.THREADS, 0, arguments);
    if (memory.twice() && term != DATA) {
      LayerLaunches.Buffers second = memory.buffers(true);
      network.forward(second, inputs, bias);
      launch("training_laws", blocks, LayerLaunches.THREADS, 0, arguments);
      network.backward(second, memory.inputGradient());
      launch("training_return", blocks, LayerLaunches.THREADS, 0, arguments);
    }
    network.backward(buffers, 0);
  }

  /// Tiles of 32 x 32 weights of all layers; the bias is one more input.
  private long gradientTiles() {
    Mlp mlp = memory.plan().mlp();
    long tiles = 0;
    for (int l = 0; l < mlp.layers(); l++) {
      tiles +=
          (mlp.out(l) + GRADIENT_TILE - 1L) / GRADIENT_TILE * ((mlp.in(l) + GRADIENT_TILE) / GRADIENT_TILE);
    }
    return tiles;
  }

  @Override
  public void close() {
    resources.close();
  }
}
