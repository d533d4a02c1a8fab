package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import java.io.Serializable;

/// Samples first .. first + count - 1, cut into shards of consecutive numbers; a shard is a task and a file.
///
/// @param first number of the first sample, at least 0
/// @param count at least 1
/// @param perTask samples of a shard; the last one may have fewer
public record Shards(long first, long count, long perTask) implements Serializable {
  private static final long serialVersionUID = 1L;

  /// Spark keeps a record of every task in the driver's memory.
  private static final long MOST = 1_000_000;

  /// Samples of a task, unless there are too few of them to keep all cores busy.
  private static final long USUAL = 1_000_000;

  public Shards {
    if (first < 0 || count < 1 || perTask < 1 || first + count < 0) {
      throw new ConfigException("there must be at least one sample, in all and a task, with numbers from 0 to 2^63");
    }
    if ((count - 1) / perTask + 1 > MOST) {
      throw new ConfigException(
          "more than " + MOST + " tasks; give each at least " + ((count - 1) / MOST + 1) + " samples with --per-task");
    }
  }

  /// Shards of a million samples; of fewer, where there are then more cores than shards.
  ///
  /// @param cores that run tasks
  public static Shards usual(long first, long count, int cores) {
    return new Shards(first, count, Math.clamp((count - 1) / (2L * cores) + 1, 1, USUAL));
  }

  /// Shards of nearly equal size.
  ///
  /// @param number of shards; fewer, where there are fewer samples
  public static Shards of(long first, long count, int number) {
    if (number < 1) {
      throw new ConfigException("there must be at least one partition");
    }
    return new Shards(first, count, (count - 1) / number + 1);
  }

  /// How many shards.
  public int number() {
    return Math.toIntExact((count - 1) / perTask + 1);
  }

  /// Number of the first sample of a shard.
  long first(int shard) {
    return first + shard * perTask;
  }

  /// Samples of a shard.
  long size(int shard) {
    return Math.min(perTask, count - shard * perTask);
  }
}
