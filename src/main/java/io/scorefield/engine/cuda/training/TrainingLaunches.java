package io.scorefield.engine.cuda.training;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Graph;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.cuda.network.Way;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The launches of training steps: many steps in one launch where all of it fits onto a few multiprocessors, else a
/// series a step, recorded in graphs (one by one on drivers that are too old for them). What follows the gradient knows
/// flat parameters only.
final class TrainingLaunches implements AutoCloseable {
  private static final String FILE = "training";
  private static final int THREADS = 256;
  private static final int MOST_BLOCKS = 4096;

  /// Steps of one launch of `training_resident` or `training_cluster`: few enough that no watchdog ends it.
  private static final int RESIDENT_STEPS = 4096;

  /// Steps of the longer graph.
  private static final int MANY = 32;

  /// Three sums of numbers of all threads.
  private static final int SUM_SHARED = 3 * THREADS * Double.BYTES;

  private final Device device;
  private final Kernels kernels;
  private final TrainingMemory memory;
  private final TrainingSizes sizes;
  private final BatchLaunches batch;
  private final Resources resources = new Resources();
  private Optional<Graph> one = Optional.empty();
  private Optional<Graph> many = Optional.empty();
  private boolean started;

  TrainingLaunches(Device device, TrainingMemory memory) {
    this.device = device;
    this.memory = memory;
    kernels = device.kernels();
    sizes = memory.sizes();
    batch = new BatchLaunches(device, memory);
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
    if (memory.route().resident()) {
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
      one.ifPresentOrElse(Graph::launch, this::step);
    }
  }

  /// Many steps in one launch.
  private void resident(int steps) {
    if (memory.route().cluster()) {
      cluster(steps);
      return;
    }
    device.fill(memory.barrier(), 0);
    try (Arena arena = Arena.ofConfined()) {
      kernels.launchTogether(
          kernels.get(FILE, "training_resident"), Math.toIntExact(memory.route().groups()), THREADS, memory.route().residentShared(),
          memory.struct(arena, steps, Term.BOTH), arena.allocateFrom(JAVA_LONG, memory.network().weights()),
          arena.allocateFrom(JAVA_INT, Math.toIntExact(NetworkMemory.floats(sizes.mlp()))),
          arena.allocateFrom(JAVA_INT, sizes.inputRows() + sizes.deltaRows()),
          arena.allocateFrom(JAVA_INT, sizes.inputRows()));
    }
  }

  private void cluster(int steps) {
    try (Arena arena = Arena.ofConfined()) {
      kernels.launch(
          ClusterPlan.kernel(device), ClusterPlan.BLOCKS, 1, ClusterPlan.THREADS, memory.route().residentShared(),
          memory.struct(arena, steps, Term.BOTH), arena.allocateFrom(JAVA_INT, ClusterPlan.weights(sizes.mlp())),
          arena.allocateFrom(JAVA_INT, ClusterPlan.records(sizes.mlp())),
          arena.allocateFrom(JAVA_INT, ClusterPlan.tiles(sizes.mlp())));
    }
  }

  /// The launches of one step.
  private void step() {
    long parameterBlocks = parameterBlocks(sizes.parameters());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call = memory.struct(arena, 1, sizes.conflictFree() ? Term.PHYSICS : Term.BOTH);
      if (sizes.conflictFree()) {
        MemorySegment data = memory.struct(arena, 1, Term.DATA);
        batch.run(arena, data, Term.DATA);
        launch("training_keep", parameterBlocks, THREADS, 0, data);
        batch.run(arena, call, Term.PHYSICS);
        launch("training_products", sizes.normBlocks(), TrainingSizes.NORM_THREADS, SUM_SHARED, call);
        launch("training_factors", 1, 1, 0, call);
      } else {
        batch.run(arena, call, Term.BOTH);
      }
      if (sizes.clips()) {
        launch("training_norm", sizes.normBlocks(), TrainingSizes.NORM_THREADS, SUM_SHARED, call);
      }
      launch("training_account", 1, THREADS, SUM_SHARED, call);
      if (memory.route().way() == Way.PROGRAM) {
        kernels.launch(kernels.get("program_training", "train_program_adam"), parameterBlocks, 1, THREADS, 0, call);
        memory.program().pack();
      } else {
        launch("training_adam", parameterBlocks, THREADS, 0, call);
      }
    }
  }

  private void launch(String kernel, long blocks, int threads, int shared, MemorySegment call) {
    kernels.launch(kernels.get(FILE, kernel), blocks, 1, threads, shared, call);
  }

  /// Blocks of a kernel whose threads take a parameter each, one after another.
  static long parameterBlocks(int parameters) {
    return Math.min((parameters + THREADS - 1L) / THREADS, MOST_BLOCKS);
  }

  @Override
  public void close() {
    resources.close();
  }
}
