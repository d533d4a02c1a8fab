package io.scorefield.watch;

import java.util.concurrent.CancellationException;

/// The user asked to stop; everything worth keeping has been written.
public final class StoppedException extends CancellationException {
  private static final long serialVersionUID = 1L;

  public StoppedException(String message) {
    super(message);
  }
}
