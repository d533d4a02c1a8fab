package io.scorefield.live;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Where requests wait for the thread that an engine belongs to.
final class Desk {
  private static final int MOST_WAITING = 4;
  private static final String CLOSED = "samples can be drawn while the network is trained; now the program does something else";
  private static final long PATIENCE_MINUTES = 30;

  /// Something to do with the engine.
  @FunctionalInterface
  interface Work {
    Object done() throws Exception;
  }

  private record Order(Work work, CompletableFuture<Object> result) {}

  private final BlockingQueue<Order> orders = new ArrayBlockingQueue<>(MOST_WAITING);
  private volatile boolean open;

  void open() {
    open = true;
  }

  /// Nothing more is done; what waits is refused.
  void close() {
    open = false;
    for (Order order = orders.poll(); order != null; order = orders.poll()) {
      order.result().completeExceptionally(new IllegalStateException(CLOSED));
    }
  }

  /// Hands in work and waits for it.
  Answer ask(Work work) throws InterruptedException, TimeoutException {
    Order order = new Order(work, new CompletableFuture<>());
    if (!open) {
      return Answer.refused(409, CLOSED);
    }
    if (!orders.offer(order)) {
      return Answer.refused(429, "other requests are waiting; try again");
    }
    if (!open) {
      close();
    }
    try {
      return Answer.json(order.result().get(PATIENCE_MINUTES, TimeUnit.MINUTES));
    } catch (CancellationException e) {
      return Answer.refused(409, "stopped");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WrongField wrong) {
        return Answer.refused(wrong);
      }
      String reason = e.getCause().getMessage();
      return Answer.refused(422, reason == null ? e.getCause().getClass().getSimpleName() : reason);
    }
  }

  /// Does what waits, on the calling thread.
  ///
  /// @param milliseconds to wait for something to do
  /// @return whether there was something
  boolean serve(long milliseconds) throws InterruptedException {
    boolean any = false;
    for (Order order = orders.poll(milliseconds, TimeUnit.MILLISECONDS); order != null; order = orders.poll()) {
      any = true;
      try {
        order.result().complete(order.work().done());
      } catch (Exception e) {
        order.result().completeExceptionally(e);
      }
    }
    return any;
  }
}
