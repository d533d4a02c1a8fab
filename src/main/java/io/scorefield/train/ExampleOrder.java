package io.scorefield.train;

import io.scorefield.rng.Shuffle;
import java.util.concurrent.CompletableFuture;

/// Which data point example e is: every epoch visits each point once, in its own random order.
///
/// Example e is position e mod N of epoch e / N, so an epoch may end within a batch. Examples that will be wanted next can be
/// looked up ahead, while an engine works; what they are does not depend on it.
final class ExampleOrder {
  private record Span(long first, int count) {}

  private final long seed;
  private final int points;
  private long epoch = -1;
  private int[] order = {};
  private Span expected;
  private CompletableFuture<int[]> ahead = CompletableFuture.completedFuture(null);

  ExampleOrder(long seed, int points) {
    this.seed = seed;
    this.points = points;
  }

  /// The data points of examples first .. first + count - 1.
  int[] examples(long first, int count) {
    // Also where others were expected: whoever looks up is alone with the order of an epoch.
    int[] lookedUp = settled();
    ahead = CompletableFuture.completedFuture(null);
    return lookedUp != null && expected.equals(new Span(first, count)) ? lookedUp : lookUp(first, count);
  }

  /// Looks up examples on another thread.
  void expect(long first, int count) {
    settled();
    expected = new Span(first, count);
    ahead = CompletableFuture.supplyAsync(() -> lookUp(first, count));
  }

  /// What is being looked up ahead: of nothing, null.
  CompletableFuture<int[]> ahead() {
    return ahead;
  }

  /// Waits for what is looked up ahead. Where that fails, for want of memory, it is as if nothing had been expected: whoever
  /// wants the examples looks them up himself, and has the error where he can tell of it.
  private int[] settled() {
    return ahead.exceptionally(failed -> null).join();
  }

  private int[] lookUp(long first, int count) {
    int[] examples = new int[count];
    int known = 0;
    while (known < count) {
      long e = first + known;
      if (e / points != epoch) {
        order = Shuffle.order(seed, e / points, points);
        epoch = e / points;
      }
      int position = (int) (e % points);
      int some = Math.min(count - known, points - position);
      System.arraycopy(order, position, examples, known, some);
      known += some;
    }
    return examples;
  }
}
