package io.scorefield.physics.formula;

import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Expression.Comparison;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Compiles formulas to the tapes of laws, for samples whose components have names.
///
/// Every method throws {@link FormulaException}, with the position, for what makes no sense: unknown names, indices out
/// of range, comparisons where there should be none, laws without a component in them.
public final class FormulaLaw {
  private FormulaLaw() {}

  /// A residual that is to be 0: `x^2 + y^2 - 1`, or `x^2 + y^2 = 1`. With whole fields, or in `each`, one residual an
  /// element.
  ///
  /// @param parameters named numbers that the formula may use
  public static Tape equality(Formula formula, Variables variables, Map<String, Double> parameters) {
    return equality(formula, variables, parameters, Optional.empty());
  }

  /// The same at every point of a grid, with div, grad, laplace, dx and dy: `div(k * grad(u)) + 1`.
  public static Tape stencil(
      Formula formula, Variables variables, Map<String, Double> parameters, Grid grid) {
    return equality(formula, variables, parameters, Optional.of(grid));
  }

  private static Tape equality(
      Formula formula, Variables variables, Map<String, Double> parameters, Optional<Grid> grid) {
    TapeBuilder tape = new TapeBuilder(variables.dimension());
    FormulaCompiler compiler = new FormulaCompiler(formula, tape, variables, parameters, grid);
    FormulaCompiler.Law law = compiler.law();
    int residual;
    if (law.expression() instanceof Comparison comparison) {
      List<String> operators = comparison.operators();
      if (operators.size() != 1 || !operators.getFirst().startsWith("=")) {
        throw compiler.error(
            comparison,
            "a comparison where a residual is expected; write a - b, a = b, or make the law an "
                + "'inequality'");
      }
      residual =
          tape.subtract(
              compiler.compile(comparison.operands().getFirst(), law.scope()),
              compiler.compile(comparison.operands().getLast(), law.scope()));
    } else {
      residual = compiler.compile(law.expression(), law.scope());
    }
    requireComponent(compiler, tape, law, residual);
    return tape.residual(residual).build();
  }

  /// A comparison that is to hold: `y >= -0.5 * x`, `0 <= x <= 1`. Its residual is by how much it fails, else 0.
  public static Tape inequality(
      Formula formula, Variables variables, Map<String, Double> parameters) {
    TapeBuilder tape = new TapeBuilder(variables.dimension());
    FormulaCompiler compiler =
        new FormulaCompiler(formula, tape, variables, parameters, Optional.empty());
    FormulaCompiler.Law law = compiler.law();
    if (!(law.expression() instanceof Comparison comparison)) {
      throw compiler.error(
          law.expression(), "an inequality needs a comparison, as in y >= 0; a residual is an 'equality'");
    }
    for (int i = 0; i < comparison.operators().size(); i++) {
      int a = compiler.compile(comparison.operands().get(i), law.scope());
      int b = compiler.compile(comparison.operands().get(i + 1), law.scope());
      int excess =
          switch (comparison.operators().get(i).charAt(0)) {
            case '<' -> tape.subtract(a, b);
            case '>' -> tape.subtract(b, a);
            default ->
                throw compiler.error(comparison, "an inequality compares with <= or >=, not with =");
          };
      requireComponent(compiler, tape, law, excess);
      tape.residual(tape.append(TapeOperation.MAX, tape.constant(0), excess));
    }
    return tape.build();
  }

  /// A quantity that is to be small: `0.1 * (x - 1)^2`.
  public static Tape objective(
      Formula formula, Variables variables, Map<String, Double> parameters) {
    TapeBuilder tape = new TapeBuilder(variables.dimension());
    FormulaCompiler compiler =
        new FormulaCompiler(formula, tape, variables, parameters, Optional.empty());
    FormulaCompiler.Law law = compiler.law();
    int value = compiler.compile(law.expression(), law.scope());
    if (law.scope().loop() != TapeBuilder.NO_LOOP) {
      throw compiler.error(
          law.expression(), "an objective is one number; put sum(...) or mean(...) around it");
    }
    requireComponent(compiler, tape, law, value);
    return tape.objective(value, 1).build();
  }

  /// A number of a sample that drives it, such as an energy or a force; it may be constant: `0`, `1.5`, `-y`.
  ///
  /// @param objective whether the tape has it as its objective, else as its one residual
  public static Tape quantity(
      Formula formula, Variables variables, Map<String, Double> parameters, boolean objective) {
    TapeBuilder tape = new TapeBuilder(variables.dimension());
    FormulaCompiler compiler =
        new FormulaCompiler(formula, tape, variables, parameters, Optional.empty());
    FormulaCompiler.Law law = compiler.law();
    int value = compiler.compile(law.expression(), law.scope());
    if (law.scope().loop() != TapeBuilder.NO_LOOP) {
      throw compiler.error(
          law.expression(), "this is to be one number; put sum(...) or mean(...) around it");
    }
    return (objective ? tape.objective(value, 1) : tape.residual(value)).build();
  }

  private static void requireComponent(
      FormulaCompiler compiler, TapeBuilder tape, FormulaCompiler.Law law, int value) {
    if (!tape.depends(value)) {
      throw compiler.error(
          law.expression(), "the law is constant: it does not depend on any component of a sample");
    }
    if (law.scope().loop() != TapeBuilder.NO_LOOP && tape.loopOf(value) == TapeBuilder.NO_LOOP) {
      throw compiler.error(
          law.expression(),
          "the law is the same for all " + tape.iterations(law.scope().loop()) + " indices; write it once");
    }
  }
}
