package io.scorefield.spark.bench;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/// Bytes of what tasks send back to the driver.
final class ResultSizes extends SparkListener {
  private final LongAdder tasks = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAccumulator greatest = new LongAccumulator(Math::max, 0);

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskMetrics() != null) {
      tasks.increment();
      bytes.add(end.taskMetrics().resultSize());
      greatest.accumulate(end.taskMetrics().resultSize());
    }
  }

  long mean() {
    return tasks.sum() == 0 ? 0 : bytes.sum() / tasks.sum();
  }

  long greatest() {
    return greatest.get();
  }
}
