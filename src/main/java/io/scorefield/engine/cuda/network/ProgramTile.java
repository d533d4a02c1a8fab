package io.scorefield.engine.cuda.network;

import io.scorefield.network.plan.Plan;

/// The tiles of a network program: how many samples, and what of its memory lies in shared memory.
///
/// @param plan the program's steps and memory
/// @param arrays the state's arrays, with room behind them for the program
/// @param sharedRow of shared memory, from which on it has numbers of the program
/// @param scratchRow of scratch memory, likewise
/// @param sharedNumbers a value that ends by then lies in shared memory, any other in scratch memory
public record ProgramTile(Plan plan, TilePlan arrays, int sharedRow, int scratchRow, int sharedNumbers) {
  /// Threads of a block.
  public static final int THREADS = 256;

  /// Samples of a tile at most.
  private static final int MOST = 64;

  /// Shared memory that every block has beside what it asks for.
  private static final int RESERVED = 1024;

  /// Trainings sum over tiles, whose size may therefore not depend on the device: what most of them have.
  private static final int TRAINING_SHARED = 160 * 1024;

  private static final int WARP = 32;

  /// Tiles for sampling and evaluation: as large as two blocks fit beside each other, so that one works while the other
  /// waits; else one block; else a sample, part of which lies in scratch memory.
  public static ProgramTile largest(Plan plan, TilePlan.Needs needs, int sharedLimit) {
    long beside = fitting(plan, needs, beside(sharedLimit));
    long samples = beside >= 1 ? beside : fitting(plan, needs, sharedLimit);
    return within(plan, needs, Math.clamp(samples, 1, MOST), sharedLimit);
  }

  /// Tiles for training: the smallest whose largest value has a column for every lane of a warp, unless that is too large.
  /// So a batch makes many chunks.
  public static ProgramTile training(Plan plan, TilePlan.Needs needs, int sharedLimit) {
    return within(plan, needs, trainingSamples(plan, needs), sharedLimit);
  }

  /// Shared memory of a block that leaves as much to another.
  private static int beside(int sharedLimit) {
    return sharedLimit > 2 * RESERVED ? sharedLimit / 2 - RESERVED : sharedLimit;
  }

  /// A block has all the shared memory only where so its tile fits.
  private static ProgramTile within(Plan plan, TilePlan.Needs needs, int samples, int sharedLimit) {
    boolean alone =
        samples > fitting(plan, needs, beside(sharedLimit)) && samples <= fitting(plan, needs, sharedLimit);
    return of(plan, needs, samples, alone ? sharedLimit : beside(sharedLimit));
  }

  private static int trainingSamples(Plan plan, TilePlan.Needs needs) {
    int samples = 1;
    while (samples * plan.positions() < WARP && 2 * samples <= fitting(plan, needs, TRAINING_SHARED)) {
      samples *= 2;
    }
    return samples;
  }

  /// Samples whose arrays, but for the laws', fit into so much shared memory.
  private static long fitting(Plan plan, TilePlan.Needs needs, int bytes) {
    return bytes / Float.BYTES / (copies(needs) * (long) plan.numbers() + needs.stateRows());
  }

  private static int copies(TilePlan.Needs needs) {
    return needs.twice() ? 2 : 1;
  }

  private static ProgramTile of(Plan plan, TilePlan.Needs needs, int samples, int sharedLimit) {
    int copies = copies(needs);
    int rows = sharedLimit / Float.BYTES / samples - needs.stateRows();
    int sharedNumbers = Math.clamp(rows / copies, 0, plan.numbers());
    int bytes = copies * sharedNumbers * samples * Float.BYTES;
    TilePlan arrays = TilePlan.of(needs, samples, sharedLimit - bytes);
    int scratch = sharedNumbers < plan.numbers() ? Math.multiplyExact(copies, plan.numbers()) : 0;
    return new ProgramTile(
        plan,
        new TilePlan(samples, arrays.places(), arrays.shared() + bytes, Math.addExact(arrays.scratchRows(), scratch)),
        arrays.shared() / Float.BYTES / samples, arrays.scratchRows(), sharedNumbers);
  }

  /// Samples of a tile.
  public int samples() {
    return arrays.samples();
  }

  /// Bytes of shared memory of a block.
  public int shared() {
    return arrays.shared();
  }
}
