package io.scorefield.engine;

import java.io.IOException;

/// Receives samples block by block, in ascending order of their numbers, on the calling thread.
@FunctionalInterface
public interface SampleSink {
  /// Takes samples first .. first + count - 1.
  ///
  /// @param samples [count, D] row-major; may be longer and is used again after the call
  void accept(long first, int count, float[] samples) throws IOException;

  /// Takes the states of the same samples after row `snapshots[index]` of the program; called
  /// before {@link #accept} for the block, in ascending order of the index.
  default void snapshot(int index, long first, int count, float[] states) throws IOException {}

  /// Takes l of the same samples, the sum of the divergences of all rows ({@link StepRow}); called before {@link #accept} for
  /// the block, where the program has rows with a divergence and not otherwise.
  ///
  /// @param sums `[count]`; may be longer and is used again after the call
  default void divergence(long first, int count, float[] sums) throws IOException {}

  /// Takes, once all samples are made, in how many rows of how many samples together a likelihood fell back on the unit
  /// matrix ({@link StepRow}).
  default void fellBack(long times) {}

  /// Takes, once all samples are made, how many proposals of all samples together were rejected.
  default void rejected(long times) {}
}
