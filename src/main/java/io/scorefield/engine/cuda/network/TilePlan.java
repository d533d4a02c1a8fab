package io.scorefield.engine.cuda.network;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Which arrays of a tile lie in shared memory and which in scratch memory (`Places` in `model.cuh`).
///
/// @param samples samples of a tile; 1: a thread a sample, all in scratch memory
/// @param shared bytes of shared memory of a block
/// @param scratchRows rows of scratch memory of a tile
public record TilePlan(int samples, int[] places, int shared, int scratchRows) {
  /// Tile sizes that there are kernels for, largest first.
  private static final int[] SIZES = {64, 32, 16};

  /// The smallest of them.
  public static final int SMALLEST = SIZES[SIZES.length - 1];

  private static final int STRUCT = 72;
  private static final int PLAIN_THREADS = 128;
  private static final int FUSED_THREADS = 256;

  /// Scratch memory of a launch at most, unless a single block needs more.
  private static final long SCRATCH = 256L << 20;

  /// In the order of the struct.
  public enum Array {
    X, SAVED, MEMORY, NOISE, ESTIMATE, GRADIENT, INPUT, OUTPUT, PING, PONG, KEPT, SEED, SLOTS, ADJOINTS, LEVEL, EARLIER,
    KEPT_OUTPUT
  }

  /// The most often used first.
  private static final Array[] BY_USE = {
    Array.PING, Array.PONG, Array.INPUT, Array.OUTPUT, Array.X, Array.NOISE, Array.SAVED, Array.MEMORY,
    Array.KEPT_OUTPUT, Array.EARLIER, Array.ESTIMATE, Array.GRADIENT, Array.SEED, Array.LEVEL, Array.SLOTS,
    Array.ADJOINTS, Array.KEPT
  };

  /// Which registers a sampler has beside those that all have.
  public record Registers(boolean earlier, boolean keptOutput) {
    static final Registers NONE = new Registers(false, false);
  }

  /// What a tile needs.
  ///
  /// @param inputs rows of the network's input
  /// @param through whether gradients go back through the network
  /// @param laws what they need
  /// @param twice whether the network is evaluated a second time before going back
  /// @param activations whether they need arrays
  /// @param derivatives whether those of activations need arrays
  /// @param registers of the sampler
  public record Needs(
      Architecture architecture, int inputs, boolean through, ConstraintMemory.Needs laws, boolean twice,
      boolean activations, boolean derivatives, Registers registers) {
    /// Without further registers.
    public Needs(
        Architecture architecture, int inputs, boolean through, ConstraintMemory.Needs laws, boolean twice,
        boolean activations, boolean derivatives) {
      this(architecture, inputs, through, laws, twice, activations, derivatives, Registers.NONE);
    }

    /// One evaluation, with arrays for activations.
    public Needs(Mlp mlp, int inputs, boolean through, ConstraintMemory.Needs laws) {
      this(mlp, inputs, through, laws, false, true, true);
    }

    /// Those of a network program, whose activations are its own affair.
    public Needs(NetworkProgram program, boolean through, ConstraintMemory.Needs laws) {
      this(program, program.dimension() + program.timeFeatures(), through, laws, false, false, true);
    }

    /// There the activations are the network's affair.
    public Needs onTensorCores() {
      return new Needs(architecture, inputs, through, laws, twice, false, derivatives, registers);
    }

    /// Where derivatives are the network's affair too.
    public Needs withoutKept() {
      return new Needs(architecture, inputs, through, laws, twice, activations, false, registers);
    }

    /// The same for a sampler with such registers.
    public Needs withRegisters(Registers others) {
      return new Needs(architecture, inputs, through, laws, twice, activations, derivatives, others);
    }

    /// The network as a perceptron.
    public Mlp mlp() {
      return Tables.mlp(architecture);
    }

    private int kept() {
      return switch (architecture) {
        case Mlp mlp -> (twice ? 2 : 1) * NetworkMemory.neurons(mlp);
        case NetworkProgram ignored -> 0;
      };
    }

    /// Rows of all arrays but those of the laws' tape.
    int stateRows() {
      int rows = 0;
      for (Array array : Array.values()) {
        rows += array == Array.SLOTS || array == Array.ADJOINTS ? 0 : rows(array);
      }
      return rows;
    }

    private int rows(Array array) {
      int dimension = architecture.dimension();
      return switch (array) {
        case X, SAVED, MEMORY, NOISE, OUTPUT -> dimension;
        case ESTIMATE, GRADIENT -> laws.slots() > 0 ? dimension : 0;
        case SEED -> through ? dimension : 0;
        case INPUT -> inputs;
        case PING, PONG -> activations ? NetworkMemory.widest(mlp()) : 0;
        case KEPT -> through && derivatives ? kept() : 0;
        case SLOTS -> laws.slots() + laws.residuals();
        case ADJOINTS -> laws.slots() + laws.room(dimension);
        case LEVEL -> 1;
        case EARLIER -> registers.earlier() ? dimension : 0;
        case KEPT_OUTPUT -> registers.keptOutput() ? dimension : 0;
      };
    }
  }

  /// Everything in scratch memory, a sample a thread.
  public static TilePlan plain(Needs needs) {
    return of(needs, 1, 0);
  }

  /// Tiles of so many samples whose arrays are the kernel's own affair.
  public static TilePlan withoutArrays(int samples) {
    return new TilePlan(samples, new int[Array.values().length], 0, 0);
  }

  /// Whether the activations of a tile of so many samples fit into shared memory.
  public static boolean fits(Needs needs, int samples, long sharedLimit) {
    return core(needs) * samples <= sharedLimit / Float.BYTES;
  }

  /// The largest tile whose activations fit into shared memory; without one, the smallest.
  public static TilePlan fused(Needs needs, int sharedLimit) {
    return fused(needs, sharedLimit, SIZES[0]);
  }

  /// The same with tiles of at most so many samples.
  public static TilePlan fused(Needs needs, int sharedLimit, int most) {
    for (int samples : SIZES) {
      if (samples <= most && fits(needs, samples, sharedLimit)) {
        return of(needs, samples, sharedLimit);
      }
    }
    return of(needs, SMALLEST, sharedLimit);
  }

  private static long core(Needs needs) {
    return needs.rows(Array.PING) + (long) needs.rows(Array.PONG) + needs.rows(Array.INPUT)
        + needs.rows(Array.OUTPUT) + needs.rows(Array.X);
  }

  /// Tiles of so many samples, with as many arrays in shared memory as it holds; 0: all of them in scratch memory.
  public static TilePlan of(Needs needs, int samples, int sharedLimit) {
    int[] places = new int[Array.values().length];
    int capacity = sharedLimit / Float.BYTES / samples;
    int shared = 0;
    int scratch = 0;
    for (Array array : BY_USE) {
      int rows = needs.rows(array);
      if (sharedLimit > 0 && shared + rows <= capacity) {
        places[array.ordinal()] = shared;
        shared += rows;
      } else {
        places[array.ordinal()] = ~scratch;
        scratch += rows;
      }
    }
    return new TilePlan(samples, places, shared * samples * Float.BYTES, scratch);
  }

  /// The first row of an array that lies in scratch memory.
  public int scratchRow(Array array) {
    return ~places[array.ordinal()];
  }

  /// Bytes of scratch memory of so many tiles at once.
  public long scratchBytes(long tiles) {
    return (long) scratchRows * samples * tiles * Float.BYTES;
  }

  /// Threads of a block of the float32 kernels.
  public int threads() {
    return samples == 1 ? PLAIN_THREADS : FUSED_THREADS;
  }

  /// Tiles that such a block works on at once.
  public int groups() {
    return samples == 1 ? PLAIN_THREADS : 1;
  }

  /// Blocks to launch: no more than there are samples for, than the device runs at once, and than scratch memory
  /// allows; at least one.
  ///
  /// @param groups tiles that a block works on at once
  public long blocks(Device device, Kernels.Kernel kernel, int threads, int groups, int sharedBytes, int count) {
    long perBlock = (long) groups * samples;
    long wanted = (count + perBlock - 1) / perBlock;
    long most = (long) device.facts().multiprocessors() * kernel.occupancy(threads, sharedBytes);
    long room = SCRATCH / Math.max(1, scratchBytes(groups));
    return Math.max(1, Math.min(Math.min(most, wanted), room));
  }

  /// `Places`.
  public MemorySegment struct(Arena arena) {
    return new Struct(arena, STRUCT).integers(places).integers(scratchRows).done();
  }
}
