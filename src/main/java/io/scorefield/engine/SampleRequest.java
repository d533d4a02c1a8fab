package io.scorefield.engine;

import java.util.Optional;

/// Which samples to make.
///
/// @param seed the seed of all noise
/// @param first number of the first sample; sample i is the same whatever else is asked for
/// @param count how many
/// @param snapshots row numbers of the program (ascending, -1 for the initial state) after which the
///     state is handed to the sink as well
/// @param initial states to start from instead of the prior, [count, D]
public record SampleRequest(
    long seed, long first, long count, int[] snapshots, Optional<float[]> initial) {
  public SampleRequest {
    if (first < 0 || count < 0 || first + count < 0) {
      throw new IllegalArgumentException(
          "cannot make " + count + " samples from number " + first + " on");
    }
    for (int i = 1; i < snapshots.length; i++) {
      if (snapshots[i] <= snapshots[i - 1]) {
        throw new IllegalArgumentException("snapshots must be in ascending order");
      }
    }
  }

  public static SampleRequest of(long seed, long first, long count) {
    return new SampleRequest(seed, first, count, new int[0], Optional.empty());
  }

  public SampleRequest withSnapshots(int... rows) {
    return new SampleRequest(seed, first, count, rows, initial);
  }

  public SampleRequest withInitial(float[] states) {
    return new SampleRequest(seed, first, count, snapshots, Optional.of(states));
  }
}
