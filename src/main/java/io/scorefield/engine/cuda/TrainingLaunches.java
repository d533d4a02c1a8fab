package io.scorefield.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.scorefield.network.Mlp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The launches of training steps, recorded in graphs: every step is the same series.
final class TrainingLaunches implements AutoCloseable {
  private static final String FILE = "training";
  private static final int THREADS = 256;
  private static final int PLAIN_THREADS = 128;

  /// Steps of the longer graph.
  private static final int MANY = 32;

  private static final int GRADIENT_TILE = 32;
  private static final int GRADIENT_SHARED = 2 * GRADIENT_TILE * (GRADIENT_TILE + 1) * Float.BYTES;
  private static final int SUM_SHARED = THREADS * Double.BYTES;

  private final Device device;
  private final Kernels kernels;
  private final boolean plain;
  private final TrainingMemory memory;
  private final Resources resources = new Resources();
  private final Graph one;
  private final Graph many;

  TrainingLaunches(Device device, Route route, TrainingMemory memory) {
    this.device = device;
    this.memory = memory;
    kernels = device.kernels();
    plain = route == Route.PLAIN;
    try {
      // Before the recording: loading a module is no launch.
      step(true);
      one = resources.add(new Graph(device.stream(), () -> step(false)));
      many =
          resources.add(
              new Graph(
                  device.stream(),
                  () -> {
                    for (int k = 0; k < MANY; k++) {
                      step(false);
                    }
                  }));
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  /// Threads or blocks that a pass over so many examples is launched on.
  static long groups(Device device, TilePlan tile, int pass) {
    long most = 4L * device.facts().multiprocessors();
    if (tile.samples() == 1) {
      long blocks = (pass + PLAIN_THREADS - 1L) / PLAIN_THREADS;
      return Math.min(blocks, most) * PLAIN_THREADS;
    }
    return Math.min((pass + tile.samples() - 1L) / tile.samples(), most);
  }

  void run(int steps) {
    int left = steps;
    for (; left >= MANY; left -= MANY) {
      many.launch(device.stream());
    }
    for (; left > 0; left--) {
      one.launch(device.stream());
    }
  }

  /// The launches of one step.
  ///
  /// @param load only gets the kernels
  private void step(boolean load) {
    int batch = memory.plan().batch();
    TilePlan tile = memory.tile();
    Kernels.Kernel pass =
        kernels.get(FILE, plain ? "training_pass_plain" : "training_pass_fused_" + tile.samples());
    Kernels.Kernel gradient = kernels.get(FILE, plain ? "training_gradient_plain" : "training_gradient");
    Kernels.Kernel norm = kernels.get(FILE, "training_norm");
    Kernels.Kernel account = kernels.get(FILE, "training_account");
    Kernels.Kernel adam = kernels.get(FILE, "training_adam");
    if (load) {
      pass.occupancy(plain ? PLAIN_THREADS : THREADS, tile.shared());
      return;
    }
    int parameters = memory.plan().mlp().parameterCount();
    long parameterBlocks = Math.min((parameters + THREADS - 1L) / THREADS, 4096);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call = memory.struct(arena, 1);
      for (int first = 0; first < batch; first += memory.pass()) {
        int count = Math.min(memory.pass(), batch - first);
        MemorySegment from = arena.allocateFrom(JAVA_INT, first);
        MemorySegment length = arena.allocateFrom(JAVA_INT, count);
        int chunks = (count + memory.chunk() - 1) / memory.chunk();
        if (plain) {
          kernels.launch(pass, memory.groups() / PLAIN_THREADS, 1, PLAIN_THREADS, 0, call, from, length);
          kernels.launch(gradient, parameterBlocks, chunks, THREADS, 0, call, from, length);
        } else {
          kernels.launch(pass, memory.groups(), 1, THREADS, tile.shared(), call, from, length);
          kernels.launch(gradient, gradientTiles(), chunks, THREADS, GRADIENT_SHARED, call, from, length);
        }
      }
      if (memory.normBlocks() > 0) {
        kernels.launch(norm, memory.normBlocks(), 1, TrainingMemory.NORM_THREADS, SUM_SHARED, call);
      }
      kernels.launch(account, 1, 1, THREADS, SUM_SHARED, call);
      kernels.launch(adam, parameterBlocks, 1, THREADS, 0, call);
    }
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
