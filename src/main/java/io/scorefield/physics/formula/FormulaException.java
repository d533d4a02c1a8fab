package io.scorefield.physics.formula;

/// A formula that cannot be read or makes no sense, with the place of the mistake.
public final class FormulaException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// @param position of the mistake in the text, from 0
  FormulaException(String text, int position, String message) {
    super("'" + text + "': " + message + " (at character " + (position + 1) + ")");
  }
}
