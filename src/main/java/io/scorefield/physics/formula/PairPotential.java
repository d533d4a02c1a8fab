package io.scorefield.physics.formula;

import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Expression.Call;
import io.scorefield.physics.formula.Expression.Comparison;
import io.scorefield.physics.formula.Expression.Name;
import io.scorefield.physics.formula.Expression.Negation;
import io.scorefield.physics.formula.Expression.Number;
import io.scorefield.physics.formula.Expression.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds out whether an energy is a sum over pairs of particles of one function of their distance.
///
/// Terms `c * sum(i<j, f(d))` are that. So is an oscillator around the mean position, because
/// sum_i r_i^2 = (1/N) sum_{i<j} d_ij^2. And a constant is shared out among the pairs.
public final class PairPotential {
  /// factor * body, once a pair.
  private record Term(double factor, Expression body) {}

  private final Formula formula;
  private final Map<String, Double> parameters;
  private final int particles;
  private final int pairs;
  private final List<Term> terms = new ArrayList<>();

  private PairPotential(Formula formula, Map<String, Double> parameters, int particles) {
    this.formula = formula;
    this.parameters = parameters;
    this.particles = particles;
    pairs = particles * (particles - 1) / 2;
  }

  /// The function of a pair as a tape: its one input is the squared distance d^2, its objective the pair's energy.
  ///
  /// @param formula an energy that compiles for these variables
  /// @param variables the positions x[N,K]
  /// @return empty where the energy is not such a sum
  public static Optional<Tape> of(Formula formula, Variables variables, Map<String, Double> parameters) {
    List<Integer> shape = variables.fields().getFirst().shape();
    if (variables.fields().size() != 1 || shape.size() != 2 || shape.getFirst() < 2) {
      return Optional.empty();
    }
    PairPotential potential = new PairPotential(formula, parameters, shape.getFirst());
    return potential.take(formula.expression(), 1) ? Optional.of(potential.tape()) : Optional.empty();
  }

  private Tape tape() {
    TapeBuilder tape = new TapeBuilder(1);
    int total = tape.constant(0);
    Scope pair = Scope.root().with("d", tape.input(0));
    FormulaCompiler compiler =
        new FormulaCompiler(formula, tape, new Variables(List.of()), parameters, Optional.empty());
    for (Term term : terms) {
      total =
          tape.add(total, tape.multiply(tape.constant(term.factor()), compiler.compile(term.body(), pair)));
    }
    return tape.objective(total, 1).build();
  }

  /// Takes in the terms of an expression.
  ///
  /// @return whether they are all terms of pairs
  private boolean take(Expression expression, double factor) {
    Optional<Double> constant = constant(expression);
    if (constant.isPresent()) {
      terms.add(new Term(factor * constant.get() / pairs, new Number(expression.position(), 1)));
      return true;
    }
    return switch (expression) {
      case Negation negation -> take(negation.operand(), -factor);
      case Operation sum when sum.operator() == '+' -> take(sum.first(), factor) && take(sum.second(), factor);
      case Operation sum when sum.operator() == '-' -> take(sum.first(), factor) && take(sum.second(), -factor);
      case Operation product -> {
        Optional<Scaled> scaled = scaled(product);
        yield scaled.isPresent() && take(scaled.get().expression(), factor * scaled.get().factor());
      }
      case Call call -> take(call, factor);
      default -> false;
    };
  }

  private boolean take(Call call, double factor) {
    boolean mean = call.function().equals("mean");
    if (!mean && !call.function().equals("sum")) {
      return false;
    }
    Expression body = call.arguments().getLast();
    if (call.particles().size() == 2 && call.arguments().size() == 1 && isOf("d", body)) {
      terms.add(new Term(mean ? factor / pairs : factor, body));
      return true;
    }
    boolean single =
        call.particles().isEmpty() && call.ranges().isEmpty() && call.arguments().size() == 2
            && call.arguments().getFirst() instanceof Name;
    Optional<Double> oscillator = single ? oscillator(body) : Optional.empty();
    oscillator.ifPresent(
        strength -> {
          double each = factor * strength / (mean ? particles * (double) particles : particles);
          Expression d = new Name(body.position(), "d", List.of());
          terms.add(
              new Term(each, new Operation(body.position(), '^', d, new Number(body.position(), 2))));
        });
    return oscillator.isPresent();
  }

  /// k where an expression is k r^2.
  private Optional<Double> oscillator(Expression body) {
    if (body instanceof Operation power && power.operator() == '^' && power.first() instanceof Name name
        && name.name().equals("r") && constant(power.second()).equals(Optional.of(2.0))) {
      return Optional.of(1.0);
    }
    if (body instanceof Operation product) {
      return scaled(product)
          .flatMap(scaled -> oscillator(scaled.expression()).map(inner -> inner * scaled.factor()));
    }
    return Optional.empty();
  }

  private record Scaled(double factor, Expression expression) {}

  /// A product with, or a quotient by, a number.
  private Optional<Scaled> scaled(Operation operation) {
    Optional<Double> first = constant(operation.first());
    Optional<Double> second = constant(operation.second());
    if (operation.operator() == '*' && first.isPresent()) {
      return Optional.of(new Scaled(first.get(), operation.second()));
    }
    if (operation.operator() == '*' && second.isPresent()) {
      return Optional.of(new Scaled(second.get(), operation.first()));
    }
    return operation.operator() == '/' && second.isPresent() && second.get() != 0
        ? Optional.of(new Scaled(1 / second.get(), operation.first()))
        : Optional.empty();
  }

  private boolean isOf(String length, Expression body) {
    Set<String> known = new HashSet<>(parameters.keySet());
    known.addAll(List.of("pi", length));
    return known.containsAll(body.names()) && isOfNumbers(body);
  }

  /// Whether no function in an expression looks at particles.
  private static boolean isOfNumbers(Expression expression) {
    return switch (expression) {
      case Number number -> true;
      case Name name -> name.indices().isEmpty();
      case Negation negation -> isOfNumbers(negation.operand());
      case Operation operation -> isOfNumbers(operation.first()) && isOfNumbers(operation.second());
      case Comparison comparison -> false;
      case Call call ->
          call.particles().isEmpty() && call.ranges().isEmpty() && !call.function().equals("distance")
              && call.arguments().stream().allMatch(PairPotential::isOfNumbers);
    };
  }

  private Optional<Double> constant(Expression expression) {
    if (!isOf("pi", expression)) {
      return Optional.empty();
    }
    TapeBuilder tape = new TapeBuilder(1);
    double value =
        tape.constantValue(
            new FormulaCompiler(formula, tape, new Variables(List.of()), parameters, Optional.empty())
                .compile(expression, Scope.root()));
    return Double.isNaN(value) ? Optional.empty() : Optional.of(value);
  }
}
