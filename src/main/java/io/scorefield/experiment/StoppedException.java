package io.scorefield.experiment;

/// The user asked to stop; everything worth keeping has been written.
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoppedException(String message) {
    super(message);
  }
}
