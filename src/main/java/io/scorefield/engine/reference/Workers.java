package io.scorefield.engine.reference;

import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// A fixed number of threads that share the parts of a job. Results never depend on the number.
final class Workers implements AutoCloseable {
  private final int threads;
  private final ForkJoinPool pool;

  Workers(int threads) {
    this.threads = threads;
    this.pool = new ForkJoinPool(threads);
  }

  int threads() {
    return threads;
  }

  /// Runs part(0) .. part(parts - 1) and waits for all.
  void run(int parts, IntConsumer part) {
    if (threads == 1 || parts == 1) {
      for (int i = 0; i < parts; i++) {
        part.accept(i);
      }
    } else {
      pool.submit(() -> IntStream.range(0, parts).parallel().forEach(part)).join();
    }
  }

  /// Where part `index` of `parts` begins when `size` things are shared out evenly.
  static int begin(int size, int parts, int index) {
    return (int) ((long) size * index / parts);
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
