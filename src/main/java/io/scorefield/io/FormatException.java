package io.scorefield.io;

import java.io.IOException;

/// A file is not what it should be. The message names the file, what was found and what was expected.
public final class FormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public FormatException(String message) {
    super(message);
  }

  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
