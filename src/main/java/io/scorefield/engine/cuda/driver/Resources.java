package io.scorefield.engine.cuda.driver;

import java.util.ArrayDeque;
import java.util.Deque;

/// Closes what was opened, last first, whatever happens on the way.
public final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /// Takes over a resource, to be closed before those that are here already.
  public <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    return resource;
  }

  /// Closes after a failure: what goes wrong on the way is noted beside it and does not take its place.
  public static void closeAfter(Throwable failure, AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    RuntimeException first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        RuntimeException failure =
            e instanceof RuntimeException known ? known : new IllegalStateException(e);
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
