package io.scorefield.physics.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormulaTest {
  private static final Variables PLANE = Variables.of(List.of("x", "y"));
  private static final Variables FIELDS = Variables.of(List.of("u[6]", "a", "k[3,2]"));
  private static final double[] POINT = {0.5, -2};

  private static double value(String formula) {
    return FormulaLaw.equality(Formula.parse(formula), PLANE, Map.of("r", 1.5)).residuals(POINT, 0)[0];
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x + y | -1.5", "x - y - 1 | 1.5", "2 * x^2 * y | -1", "-x^2 | -0.25", "(-x)^2 | 0.25",
        "2^-2 * x + 0*y | 0.125", "2^3^2 * x | 256", "x / y / 2 | -0.125", "x^3 + y | -1.875",
        "x^0.5 + y * 0 | 0.70710678118654757", "x^2.5 | 0.17677669529663689", "y^-2 * x | 0.125",
        "x^y | 4", "sqrt(x^2 + y^2) - r | 0.56155281280883027", "exp(x) * log(x) | -1.142806500315004",
        "sin(x) + cos(x) * tan(x) + tanh(x) + abs(y) | 3.4209682344684156",
        "min(x, y, 3) | -2", "max(x, y) + 2 * pi | 6.7831853071795862", "norm(x, y) | 2.0615528128088303",
        "sum(x, y, 1) | -0.5", "mean(x, y) | -0.75", "x = y | 2.5", "x == 2 * y | 4.5",
        "sum(i in 1..3, x * i) | 3", "1e-1 * x + .5e1 | 5.05"
      })
  void formulasHaveTheirValues(String formula, double expected) {
    assertThat(value(formula)).isCloseTo(expected, within(1e-14 * (1 + Math.abs(expected))));
  }

  private static double[] fields(String formula) {
    // u = 1, 4, 9, 16, 25, 36; a = 0.5; k = 1 2 / 3 4 / 5 6.
    double[] x = {1, 4, 9, 16, 25, 36, 0.5, 1, 2, 3, 4, 5, 6};
    return FormulaLaw.equality(Formula.parse(formula), FIELDS, Map.of("n", 5.0)).residuals(x, 0);
  }

  @Test
  void fieldsAreIndexedSummedAndTakenWhole() {
    assertThat(fields("u[0] + u[5]")).containsExactly(37);
    assertThat(fields("u[2 * 2] - k[1, 0]")).containsExactly(22);
    assertThat(fields("sum(i in 0..4, (u[i+1] - u[i])^2)")).containsExactly(9 + 25 + 49 + 81 + 121);
    assertThat(fields("sum(i in 0..n, u[i]) * a")).containsExactly(45.5);
    assertThat(fields("sum(u) - mean(u) + max(u) - min(u)")).containsExactly(new double[] {91 - 91 / 6.0 + 35}, within(1e-12));
    assertThat(fields("sum(u[0..2]) + dot(u[0..1], u[4..5])")).containsExactly(14 + 25 + 144);
    assertThat(fields("norm(k)")).containsExactly(new double[] {Math.sqrt(91)}, within(1e-14));
    assertThat(fields("sum(i in 0..2, j in 0..1, k[i, j] * (i + 10 * j))"))
        .containsExactly(3 + 10 + 2 * 5 + 2 * 10 + 4 * 11 + 6 * 12 - 10);
    assertThat(fields("u - 2 * a")).containsExactly(0, 3, 8, 15, 24, 35);
    assertThat(fields("each(i in 1..4, u[i-1] - 2 * u[i] + u[i+1])")).containsExactly(2, 2, 2, 2);
    assertThat(fields("each(i in 0..1, sum(j in 0..1, k[i, j]) - i)")).containsExactly(3, 6);
    assertThat(fields("max(i in 0..5, u[i] * (5 - i))")).containsExactly(32);
    // A mean inside a sum is computed once, not once a term.
    Tape nested = FormulaLaw.equality(Formula.parse("sum(i in 0..5, (u[i] - mean(u))^2)"), FIELDS, Map.of());
    assertThat(nested.operations()).isLessThan(50);
  }

  @Test
  void stencilsAreFiniteDifferencesWithBoundaries() {
    Variables names = Variables.of(List.of("u[5]", "k[5]"));
    double[] x = {1, 2, 4, 7, 11, 1, 3, 5, 7, 9};
    double h = 0.5;
    Tape dirichlet =
        FormulaLaw.stencil(
            Formula.parse("div(k * grad(u))"), names, Map.of(),
            new Grid(h, Map.of("u", new Grid.Dirichlet(0))));
    assertThat(dirichlet.residuals(x, 0))
        .containsExactly(
            new double[] {
              (2 * 1 - 1 * 1) / 0.25, (4 * 2 - 2 * 1) / 0.25, (6 * 3 - 4 * 2) / 0.25,
              (8 * 4 - 6 * 3) / 0.25, (9 * -11 - 8 * 4) / 0.25
            },
            within(1e-12));
    Tape periodic =
        FormulaLaw.stencil(
            Formula.parse("laplace(u) + dx(u)"), names, Map.of(),
            new Grid(h, Map.of("u", new Grid.Periodic())));
    assertThat(periodic.residuals(x, 0)[0]).isCloseTo((11 - 2 + 2) / 0.25 + (2 - 11) / 1.0, within(1e-12));
    Tape neumann =
        FormulaLaw.stencil(Formula.parse("laplace(u) + i"), names, Map.of(), new Grid(h, Map.of()));
    assertThat(neumann.residuals(x, 0)).containsExactly(new double[] {4, 5, 6, 7, -12}, within(1e-12));
    // Two axes: j runs along the last.
    Variables square = Variables.of(List.of("u[2,3]"));
    Tape plane =
        FormulaLaw.stencil(
            Formula.parse("dx(u) + 10 * dy(u) + 100 * i + 1000 * j"), square, Map.of(),
            new Grid(0.5, Map.of("u", new Grid.Periodic())));
    assertThat(plane.residuals(new double[] {1, 2, 4, 7, 11, 16}, 0)[1]).isCloseTo(3 + 0 + 1000, within(1e-12));
  }

  @Test
  void aPolynomialSolvesItsDifferenceEquation() {
    // u = x (1 - x) / 2 solves -u'' = 1 exactly, also by differences.
    int n = 9;
    Variables names = Variables.of(List.of("u[9]"));
    Tape law =
        FormulaLaw.stencil(
            Formula.parse("laplace(u) + 1"), names, Map.of(),
            new Grid(1.0 / (n + 1), Map.of("u", new Grid.Dirichlet(0))));
    double[] u = new double[n];
    Arrays.setAll(u, i -> (i + 1.0) / (n + 1) * (1 - (i + 1.0) / (n + 1)) / 2);
    assertThat(law.residuals(u, 0)).containsExactly(new double[n], within(1e-12));
  }

  @Test
  void theCircleAsAFormulaIsTheBuiltInTape() {
    Tape formula = FormulaLaw.equality(Formula.parse("sqrt(x^2 + y^2) - 1.5"), PLANE, Map.of());
    assertThat(formula.rows()).isEqualTo(Constraint.sphere(2, 1.5).tape().rows());
  }

  @Test
  void inequalitiesFailByTheirExcess() {
    Tape tape = FormulaLaw.inequality(Formula.parse("0 <= x <= 0.3"), PLANE, Map.of());
    assertThat(tape.residuals(POINT, 0)).containsExactly(new double[] {0, 0.2}, within(1e-15));
    assertThat(FormulaLaw.inequality(Formula.parse("y >= -0.5 * x"), PLANE, Map.of()).residuals(POINT, 0))
        .containsExactly(1.75);
    assertThat(
            FormulaLaw.inequality(Formula.parse("u <= 10"), FIELDS, Map.of())
                .residuals(new double[] {1, 4, 9, 16, 25, 36, 0, 0, 0, 0, 0, 0, 0}, 0))
        .containsExactly(0, 0, 0, 6, 15, 26);
  }

  @Test
  void objectivesAreWeightedAndHaveNoResiduals() {
    Tape tape = FormulaLaw.objective(Formula.parse("0.1 * (x - 1)^2"), PLANE, Map.of());
    assertThat(tape.residuals()).isZero();
    assertThat(tape.objective(POINT, 0)).isCloseTo(0.025, within(1e-15));
    Tape both =
        new Constraint(
                List.of(
                    new Law("J", tape, 4, 0),
                    new Law("r", FormulaLaw.equality(Formula.parse("x - y"), PLANE, Map.of()), 9, 0)))
            .tape();
    assertThat(both.objective(POINT, 0)).isCloseTo(0.1, within(1e-15));
    assertThat(both.residuals(POINT, 0)).containsExactly(7.5);
  }

  @Test
  void aMeasurementIsTakenOffEveryResidual() {
    double[] x = {1, 4, 9, 16, 25, 36, 0.5, 1, 2, 3, 4, 5, 6};
    Tape each = FormulaLaw.equality(Formula.parse("each(i in 0..2, u[2*i] * mean(u))"), FIELDS, Map.of());
    Tape one = FormulaLaw.equality(Formula.parse("a + max(u)"), FIELDS, Map.of());
    Tape both = new Constraint(List.of(Law.of("each", each), Law.of("one", one))).tape();
    double[] y = {1, 2, 3, 4};
    double[] plain = both.residuals(x, 0);
    double[] expected = new double[4];
    Arrays.setAll(expected, j -> plain[j] - y[j]);
    assertThat(both.minus(y).residuals(x, 0)).containsExactly(expected, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "x + z | unknown name 'z'; known are x, y, pi, r (at character 5)",
        "sqrt(x^2 + y^2 | '(' is not closed (at character 5)",
        "x) + y | ')' closes nothing (at character 2)",
        "x + | ends where a value is expected",
        "x + * y | expected a number, a name or '(', not '*' (at character 5)",
        "x y | 'y' is not expected here (at character 3)",
        "x $ y | '$' has no meaning in a formula (at character 3)",
        "y >= x | a comparison where a residual is expected",
        "x * (y >= 1) | a comparison where a number is expected",
        "2 * pi - r | the law is constant",
        "0 * x | the law is constant",
        "log(-1) + x | a constant part of it is not a finite number",
        "sqr(x) | unknown function 'sqr'; known are",
        "sin | 'sin' is a function; write sin(...)",
        "sin(x, y) | sin takes one argument, not 2",
        "x[1] | 'x' takes no index, not 1",
        "sum(x) | sum needs a field or a range",
        "each(i in 0..1, x) + 1 | each stands around a whole law",
        "div(grad(x)) | div needs a grid",
        "sum(i in 0..3, j) + x | unknown name 'j'; known are x, y, i, pi, r",
        "sum(x in 0..3, 1) + y | 'x' is a name already",
        "sum(i in 3..0, x) | the range is empty",
        "sum(i in 0..100000, x*i) | the ranges hold too many indices"
      })
  void mistakesAreShownWithTheirPlace(String formula, String message) {
    assertThatThrownBy(() -> value(formula))
        .isInstanceOf(FormulaException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("at character");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "u[6] | index 6 of u[6] is out of range 0..5",
        "each(i in 0..5, u[i+1] - u[i]) | index 6 of u[6] is out of range 0..5 at i = 5",
        "sum(i in 0..6, u[i]) | out of range 0..5 at i = 6",
        "u[-1] | index -1 of u[6] is out of range",
        "u[0.5] | an index must be a whole number, not 0.5",
        "u[a] | an index cannot depend on the sample's 'a'",
        "u[m] | unknown index 'm'",
        "k[1] | 'k[3,2]' takes 2 indices, not 1",
        "sum(i in 0..2, u * i) | 'u' is the field u[6]; write an index, as in u[0]",
        "u * k[0, 0..1] | ranges of components are for fields of one index",
        "sum(u[0..2] * u[0..3]) | fields of 3 and 4 components do not go together",
        "u[0..2] | index"
      })
  void indicesThatLeadNowhereAreRefused(String formula, String message) {
    if (formula.equals("u[0..2]")) {
      assertThat(fields(formula)).containsExactly(1, 4, 9); // a slice is a law of its elements
      return;
    }
    assertThatThrownBy(() -> fields(formula))
        .isInstanceOf(FormulaException.class)
        .hasMessageContaining(message);
  }

  @Test
  void kindsOfLawsAreNotMixedUp() {
    assertThatThrownBy(() -> FormulaLaw.inequality(Formula.parse("x + y"), PLANE, Map.of()))
        .hasMessageContaining("an inequality needs a comparison");
    assertThatThrownBy(() -> FormulaLaw.inequality(Formula.parse("x = y"), PLANE, Map.of()))
        .hasMessageContaining("compares with <= or >=");
    assertThatThrownBy(() -> FormulaLaw.objective(Formula.parse("u^2"), FIELDS, Map.of()))
        .hasMessageContaining("an objective is one number");
    assertThatThrownBy(() -> FormulaLaw.inequality(Formula.parse("1 <= 2"), PLANE, Map.of()))
        .hasMessageContaining("the law is constant");
    assertThatThrownBy(
            () ->
                FormulaLaw.stencil(
                    Formula.parse("laplace(u) + k"), FIELDS, Map.of(), new Grid(1, Map.of())))
        .hasMessageContaining("different grids");
    assertThatThrownBy(() -> Grid.boundaryOf("dirichlet x")).hasMessageContaining("'dirichlet x'");
  }

  @Test
  void sumsInLoopsHaveTheirOwnRanges() {
    Variables names = Variables.of(List.of("u[8]", "x"));
    double[] ones = new double[9];
    Arrays.fill(ones, 1);
    // The inner end depends on the sum's own index: fine. On an index around the sum: refused.
    Tape fine =
        FormulaLaw.equality(
            Formula.parse("each(i in 1..3, u[i] * sum(k in 0..2, j in 0..k, u[j]) * i)"), names, Map.of());
    assertThat(fine.residuals(ones, 0)).containsExactly(6, 12, 18);
    for (String formula :
        List.of("each(i in 1..3, sum(k in 0..2, j in 0..i*k, u[j]))", "each(i in 1..3, sum(j in 0..i, u[j]))")) {
      assertThatThrownBy(() -> FormulaLaw.equality(Formula.parse(formula), names, Map.of()))
          .hasMessageContaining("the ends of a range must be the same for all 'i' around it");
    }
    assertThatThrownBy(
            () -> FormulaLaw.equality(Formula.parse("each(i in 0..9, x - 1)"), names, Map.of()))
        .hasMessageContaining("the law is the same for all 10 indices");
    Variables big = Variables.of(List.of("u[4000]"));
    assertThat(
            FormulaLaw.equality(Formula.parse("each(i in 0..1, sum(j in 0..3000, u[j] * (i + 1)))"), big, Map.of())
                .residuals())
        .isEqualTo(2);
    assertThatThrownBy(
            () ->
                FormulaLaw.equality(
                    Formula.parse("each(i in 0..65535, sum(j in 0..15, k in 0..15, l in 0..15, u[0]*i*j*k*l))"),
                    big, Map.of()))
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> Formula.parse("x" + " + y * 2".repeat(3000)))
        .hasMessageContaining("more than 1000 operators");
  }

  @Test
  void wholePowersAreProducts() {
    double[] point = {-1, 2};
    for (String formula : List.of("x^65", "x^(98/49) - 2", "x^3")) {
      assertThat(
              FormulaLaw.equality(Formula.parse(formula), PLANE, Map.of()).residuals(point, 0))
          .containsExactly(-1);
    }
    assertThatThrownBy(() -> Formula.parse("x - 1e999")).hasMessageContaining("too large a number");
    assertThat(
            FormulaLaw.equality(Formula.parse("x / 1e-320 + y"), PLANE, Map.of()).residuals(point, 0)[0])
        .isNegative();
  }

  @Test
  void longAndDeepFormulasAreAnsweredInTime() {
    String deep = "(".repeat(5000) + "x" + ")".repeat(5000);
    assertThatThrownBy(() -> Formula.parse(deep)).hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> Formula.parse("-".repeat(5000) + "x")).hasMessageContaining("nested too deeply");
    String squares = "((((((((x^2+1)^2+1)^2+1)^2+1)^2+1)^2+1)^2+1)^2+1)^2";
    assertThat(FormulaLaw.equality(Formula.parse(squares), PLANE, Map.of()).slots()).isLessThan(40);
    // Sums of sums of sums that depend on each other.
    Variables big = Variables.of(List.of("u[4000]"));
    assertThatThrownBy(
            () ->
                FormulaLaw.equality(
                    Formula.parse("each(i in 0..3999, sum(j in 0..3999, u[i] * u[j] * (i - j)))"), big, Map.of()))
        .hasMessageContaining("too large");
  }
}
