package io.scorefield.physics;

import java.util.Arrays;
import java.util.Optional;

/// An objective as half a sum of squares and a rest, J = 1/2 |rho|^2 + rest up to a constant: the residuals rho have the
/// likelihood exp(-|rho|^2 / 2), so that guidance treats them like any other law, with the uncertainty of x0hat.
///
/// - A quadratic of few components is taken apart exactly, along the axes of its second derivative.
/// - Else squares, even powers and exponentials in a sum become residuals with their roots (Gauss and Newton's
///   approximation of the second derivative).
/// - What is neither, and what falls without bound, stays in the objective.
final class Squares {
  private final TapeBuilder tape;
  private long residuals;

  private Squares(TapeBuilder tape) {
    this.tape = tape;
  }

  /// The tape of an objective with residuals in it.
  ///
  /// @param objective a tape without residuals, in the data's units
  static Tape of(Tape objective, Units units) {
    Optional<Tape> exact = Quadratic.of(objective, units);
    if (exact.isPresent()) {
      return exact.get();
    }
    Squares squares = new Squares(new TapeBuilder(objective.inputs()));
    for (TapeBuilder.Goal goal : squares.tape.include(objective)) {
      squares.term(goal.node(), squares.tape.constant(goal.weight()));
    }
    return squares.residuals > Tape.MOST_RESIDUALS ? objective : squares.tape.build();
  }

  /// Takes coefficient * node apart.
  ///
  /// @param coefficient a node that is a number, or one an iteration
  private void term(int node, int coefficient) {
    switch (tape.operation(node)) {
      case ADD -> {
        term(tape.first(node), coefficient);
        term(tape.second(node), coefficient);
      }
      case SUBTRACT -> {
        term(tape.first(node), coefficient);
        term(tape.second(node), tape.multiply(tape.constant(-1), coefficient));
      }
      case TOTAL -> term(tape.first(node), coefficient);
      case MULTIPLY -> {
        boolean first = !tape.depends(tape.first(node));
        boolean second = !tape.depends(tape.second(node));
        if (first || second) {
          term(
              first ? tape.second(node) : tape.first(node),
              tape.multiply(coefficient, first ? tape.first(node) : tape.second(node)));
        } else {
          single(node, coefficient);
        }
      }
      case SQUARE -> {
        int inner = tape.first(node);
        if (tape.operation(inner) == TapeOperation.SQRT) {
          term(tape.first(inner), coefficient);
        } else {
          single(node, coefficient);
        }
      }
      case SQRT -> {
        // The root of the square of what is a square itself.
        int square = tape.first(node);
        boolean even =
            tape.operation(square) == TapeOperation.SQUARE
                && tape.operation(tape.first(square)) == TapeOperation.SQUARE;
        if (even) {
          term(tape.first(square), coefficient);
        } else {
          single(node, coefficient);
        }
      }
      default -> single(node, coefficient);
    }
  }

  private void single(int node, int coefficient) {
    Optional<Integer> root = isPositive(coefficient) ? root(node) : Optional.empty();
    if (root.isPresent()) {
      int scale = tape.sqrt(tape.multiply(tape.constant(2), coefficient));
      int residual = tape.multiply(scale, root.get());
      residuals += tape.iterations(tape.loopOf(residual));
      tape.residual(residual);
    } else if (tape.depends(node)) {
      tape.objective(tape.multiply(coefficient, node), 1);
    }
  }

  /// Whether it can be seen that the value is never 0 or less.
  private boolean isAboveZero(int node) {
    return switch (tape.operation(node)) {
      case CONSTANT, COLUMN -> Arrays.stream(tape.numbers(node)).allMatch(value -> value > 0);
      case ADD ->
          isAboveZero(tape.first(node)) && isNotBelowZero(tape.second(node))
              || isNotBelowZero(tape.first(node)) && isAboveZero(tape.second(node));
      case MULTIPLY, DIVIDE -> isAboveZero(tape.first(node)) && isAboveZero(tape.second(node));
      case SQRT -> isAboveZero(tape.first(node));
      // exp(x) has a root of its own, which does not overflow as soon.
      case LOG -> isAboveOne(tape.first(node));
      default -> false;
    };
  }

  private boolean isNotBelowZero(int node) {
    return switch (tape.operation(node)) {
      case CONSTANT, COLUMN -> isPositive(node);
      case SQUARE, EXP, SQRT, ABS -> true;
      case ADD, MULTIPLY, DIVIDE -> isNotBelowZero(tape.first(node)) && isNotBelowZero(tape.second(node));
      case TOTAL -> isNotBelowZero(tape.first(node));
      default -> false;
    };
  }

  /// Whether the value is 1 and something above 0.
  private boolean isAboveOne(int node) {
    if (tape.operation(node) != TapeOperation.ADD) {
      return false;
    }
    for (int[] pair :
        new int[][] {{tape.first(node), tape.second(node)}, {tape.second(node), tape.first(node)}}) {
      boolean one = !tape.depends(pair[0]) && Arrays.stream(tape.numbers(pair[0])).allMatch(v -> v >= 1);
      if (one && (isAboveZero(pair[1]) || tape.operation(pair[1]) == TapeOperation.EXP)) {
        return true;
      }
    }
    return false;
  }

  private boolean isPositive(int number) {
    return Arrays.stream(tape.numbers(number)).allMatch(value -> value >= 0);
  }

  /// What the node is the square of, where that can be seen and is smooth.
  private Optional<Integer> root(int node) {
    if (tape.depends(node) && isAboveZero(node)) {
      return Optional.of(tape.sqrt(node));
    }
    int first = tape.first(node);
    int second = tape.second(node);
    return switch (tape.operation(node)) {
      case SQUARE -> Optional.of(first);
      case EXP ->
          Optional.of(
              tape.append(TapeOperation.EXP, tape.multiply(tape.constant(0.5), first)));
      case CONSTANT, COLUMN ->
          isPositive(node) ? Optional.of(tape.sqrt(node)) : Optional.empty();
      case MULTIPLY, DIVIDE ->
          root(first)
              .flatMap(a -> root(second).map(b -> tape.append(tape.operation(node), a, b)));
      default -> Optional.empty();
    };
  }
}
