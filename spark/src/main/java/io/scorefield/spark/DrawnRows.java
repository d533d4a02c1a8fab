package io.scorefield.spark;

import io.scorefield.engine.SampleSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/// The samples of a shard, drawn chunk by chunk while their reader goes on: a shard never is in memory as a whole.
final class DrawnRows implements Iterator<Row> {
  /// What makes samples first .. first + count - 1 of a seed, and hands them to a sink in ascending order.
  @FunctionalInterface
  interface Source {
    void sample(long seed, long first, long count, SampleSink sink) throws IOException;
  }

  /// Which samples.
  ///
  /// @param chunk samples that are drawn at once
  record Order(long seed, long first, long count, int chunk) {}

  private final Source source;
  private final SampleColumns columns;
  private final Order order;
  private final SampleTally tally;
  private final float[] block;
  private long next;
  private long drawn;
  private int size;

  DrawnRows(Source source, SampleColumns columns, Order order, SampleTally tally) {
    this.source = source;
    this.columns = columns;
    this.order = order;
    this.tally = tally;
    block = new float[Math.multiplyExact((int) Math.min(order.chunk(), order.count()), columns.dimension())];
  }

  @Override
  public boolean hasNext() {
    return next < order.count();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      if (next == drawn) {
        draw();
      }
      int at = (int) (next - (drawn - size)) * columns.dimension();
      Row row = columns.row(order.first() + next, block, at);
      next++;
      return row;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void draw() throws IOException {
    long first = order.first() + drawn;
    size = (int) Math.min(order.chunk(), order.count() - drawn);
    TaskContext task = TaskContext.get();
    source.sample(
        order.seed(), first, size,
        new SampleSink() {
          @Override
          public void accept(long from, int count, float[] samples) {
            if (task != null) {
              task.killTaskIfInterrupted();
            }
            tally.look(samples, count);
            System.arraycopy(samples, 0, block, (int) (from - first) * columns.dimension(), count * columns.dimension());
          }

          @Override
          public void fellBack(long times) {
            tally.fellBack(times);
          }
        });
    drawn += size;
  }
}
