package io.scorefield.physics.formula;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A formula as a tree.
sealed interface Expression {
  /// Where the expression is in the text, for messages.
  int position();

  /// All names in it, those of indices too.
  default Set<String> names() {
    Set<String> names = new TreeSet<>();
    collect(this, names);
    return names;
  }

  private static void collect(Expression expression, Set<String> names) {
    switch (expression) {
      case Number number -> {}
      case Name name -> {
        names.add(name.name());
        for (Index index : name.indices()) {
          collect(index.from(), names);
          collect(index.to(), names);
        }
      }
      case Negation negation -> collect(negation.operand(), names);
      case Operation operation -> {
        collect(operation.first(), names);
        collect(operation.second(), names);
      }
      case Comparison comparison -> comparison.operands().forEach(e -> collect(e, names));
      case Call call -> {
        call.arguments().forEach(e -> collect(e, names));
        call.ranges().forEach(
            range -> {
              collect(range.from(), names);
              collect(range.to(), names);
            });
      }
    }
  }

  record Number(int position, double value) implements Expression {}

  /// A component, a field, a parameter or an index: `x`, `u`, `u[i+1]`, `k[i, j]`, `u[0..31]`.
  ///
  /// @param indices empty where there are none
  record Name(int position, String name, List<Index> indices) implements Expression {}

  /// An index, or a range of them where `to` differs from `from`.
  record Index(Expression from, Expression to) {
    boolean isRange() {
      return from != to;
    }
  }

  record Negation(int position, Expression operand) implements Expression {}

  /// + - * / ^.
  record Operation(int position, char operator, Expression first, Expression second)
      implements Expression {}

  /// A chain of comparisons, a <= b <= c.
  ///
  /// @param operators one fewer than operands: <=, <, >=, >, =, ==
  record Comparison(int position, List<String> operators, List<Expression> operands)
      implements Expression {}

  /// A function; `sum(i in 0..62, ...)` has ranges, `sum(i<j, ...)` has particles.
  ///
  /// @param particles indices of particles, each beyond the one before it; empty where there are none
  record Call(
      int position,
      String function,
      List<String> particles,
      List<Range> ranges,
      List<Expression> arguments)
      implements Expression {}

  /// `i in from..to`, both ends included.
  record Range(int position, String index, Expression from, Expression to) {}
}
