package io.scorefield.physics.formula;

/// A law as a user writes it, read but not yet tied to the components of a data set: `sqrt(x^2 + y^2) - 1.5`.
///
/// docs/physics.md describes the language.
public final class Formula {
  private final String text;
  private final Expression expression;

  private Formula(String text, Expression expression) {
    this.text = text;
    this.expression = expression;
  }

  /// Reads a formula.
  ///
  /// @throws FormulaException when it is not one, with the position of the mistake
  public static Formula parse(String text) {
    return new Formula(text, FormulaParser.parse(text));
  }

  /// The formula as it was written.
  public String text() {
    return text;
  }

  Expression expression() {
    return expression;
  }

  FormulaException error(Expression at, String message) {
    return error(at.position(), message);
  }

  /// @param position in the text, from 0
  FormulaException error(int position, String message) {
    return new FormulaException(text, position, message);
  }

  @Override
  public String toString() {
    return text;
  }
}
