package io.scorefield.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The launches of training steps: many steps in one launch where all of it fits onto a few multiprocessors, else a
/// series a step, recorded in graphs (one by one on drivers that are too old for them).
final class TrainingLaunches implements AutoCloseable {
  private static final String FILE = "training";
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
        memory.kind() == SamplingPlan.Kind.WHOLE
            ? Optional.empty()
            : Optional.of(
                new LayerLaunches(
                    device, memory.cublas(), memory.plan().mlp(), memory.network(), memory.stride()));
  }

  private Graph record(int steps) {
    return new Graph(
        device.stream(),
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
      many.get().launch(device.stream());
    }
    for (; left > 0; left--) {
      one.ifPresentOrElse(graph -> graph.launch(device.stream()), this::step);
    }
  }

  /// Many steps in one launch.
  private void resident(int steps) {
    Mlp mlp = memory.plan().mlp();
    device.fill(memory.barrier(), 0);
    try (Arena arena = Arena.ofConfined()) {
      kernels.launchTogether(
          kernels.get(FILE, "training_resident"), memory.chunks(), THREADS, memory.residentShared(),
          memory.struct(arena, steps), arena.allocateFrom(JAVA_LONG, memory.weights()),
          arena.allocateFrom(JAVA_INT, Math.toIntExact(NetworkMemory.floats(mlp))),
          arena.allocateFrom(JAVA_INT, memory.recordRows()), arena.allocateFrom(JAVA_INT, memory.inputRows()));
    }
  }

  /// The launches of one step.
  private void step() {
    int batch = memory.plan().batch();
    TilePlan tile = memory.tile();
    Kernels.Kernel pass = memory.passKernel(device);
    Kernels.Kernel gradient = kernels.get(FILE, plain ? "training_gradient_plain" : "training_gradient");
    Kernels.Kernel norm = kernels.get(FILE, "training_norm");
    Kernels.Kernel account = kernels.get(FILE, "training_account");
    Kernels.Kernel adam = kernels.get(FILE, "training_adam");
    int parameters = memory.plan().mlp().parameterCount();
    long parameterBlocks = Math.min((parameters + THREADS - 1L) / THREADS, 4096);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call = memory.struct(arena, 1);
      for (int first = 0; first < batch; first += memory.pass()) {
        int count = Math.min(memory.pass(), batch - first);
        MemorySegment from = arena.allocateFrom(JAVA_INT, first);
        MemorySegment length = arena.allocateFrom(JAVA_INT, count);
        int chunks = (count + memory.chunk() - 1) / memory.chunk();
        if (layers.isPresent()) {
          byLayers(layers.get(), call, from, length);
          kernels.launch(gradient, gradientTiles(), chunks, THREADS, GRADIENT_SHARED, call, from, length);
        } else {
          kernels.launch(pass, memory.groups() / tile.groups(), 1, tile.threads(), tile.shared(), call, from, length);
          kernels.launch(
              gradient, plain ? parameterBlocks : gradientTiles(), chunks, THREADS, plain ? 0 : GRADIENT_SHARED, call,
              from, length);
        }
      }
      if (memory.normBlocks() > 0) {
        kernels.launch(norm, memory.normBlocks(), 1, TrainingMemory.NORM_THREADS, SUM_SHARED, call);
      }
      kernels.launch(account, 1, 1, THREADS, SUM_SHARED, call);
      kernels.launch(adam, parameterBlocks, 1, THREADS, 0, call);
    }
  }

  /// A pass one layer at a time.
  private void byLayers(LayerLaunches network, MemorySegment call, MemorySegment from, MemorySegment length) {
    int blocks = memory.stride() / LayerLaunches.THREADS;
    LayerLaunches.Buffers buffers = memory.buffers();
    kernels.launch(kernels.get(FILE, "training_gather"), blocks, 1, LayerLaunches.THREADS, 0, call, from, length);
    network.forward(buffers, memory.plan().mlp().in(0), memory.network().bias(0));
    kernels.launch(kernels.get(FILE, "training_loss"), blocks, 1, LayerLaunches.THREADS, 0, call, from, length);
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
