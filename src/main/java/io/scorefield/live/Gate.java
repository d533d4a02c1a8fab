package io.scorefield.live;

import java.util.function.BooleanSupplier;

/// Where work waits while it is paused.
final class Gate {
  private static final long LOOK_MILLISECONDS = 100;

  private boolean closed;

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized void close() {
    closed = true;
  }

  synchronized void open() {
    closed = false;
    notifyAll();
  }

  /// Waits until it is open, or the work is to stop.
  synchronized void pass(BooleanSupplier stopped) {
    while (closed && !stopped.getAsBoolean()) {
      try {
        wait(LOOK_MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
