package io.scorefield.engine;

/// An engine could not do what it was asked; the message tells the user what to do next.
public class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineException(String message) {
    super(message);
  }
}
