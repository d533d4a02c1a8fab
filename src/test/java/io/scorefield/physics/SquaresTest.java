package io.scorefield.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An objective taken apart is the same objective, up to a constant, and its residuals hold what can be uncertain.
class SquaresTest {
  private static final Variables NAMES = Variables.of(List.of("x", "y", "u[5]"));

  private static Tape objective(String formula) {
    return FormulaLaw.objective(Formula.parse(formula), NAMES, Map.of());
  }

  private static double value(Tape tape, double[] x) {
    double squares = Arrays.stream(tape.residuals(x, 0)).map(r -> r * r).sum();
    return 0.5 * squares + tape.objective(x, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0.1 * (x - 1)^2; 1; false",
        "(x - 2)^2 / 2; 1; false",
        "x^2 - 2 * x + 7; 1; false",
        "x^2 + x * y + y^2 - 3 * x; 2; false",
        "x^2 + y^2; 2; false",
        "norm(u)^2; 5; false",
        "mean(u^2) + 0.3 * u[2]; 5; false",
        "sum(i in 0..3, i * (u[i+1] - u[i])^2); 3; false",
        "3 * x - 2; 0; true",
        "x * y; 1; true",
        "-(x^2); 0; true",
        "1e-12 * x^2 + x; 1; true",
        "(x - y)^4; 1; false",
        "sum(i in 0..4, (u[i]^2 - 1)^2); 5; false",
        "exp(2 * x) + x^2; 2; false",
        "x^2 * y^2 + sin(x); 1; true",
        "max(0, x - 1)^2; 1; false",
        "abs(x) + sqrt(x^2 + 1); 1; true",
        "(x - 1)^2 / (1 + y^2); 1; false",
        "log(1 + exp(3 * x)); 1; false",
        "sqrt((x - 1)^4); 1; false",
        "x - x + y^3; 0; true",
        "x^2 - y^4; 1; true",
      })
  void theSumOfItsPartsIsTheObjective(String formula, int residuals, boolean rest) {
    Tape given = objective(formula);
    Tape taken = Squares.of(given, Units.of(7));
    assertThat(taken.residuals()).isEqualTo(residuals);
    assertThat(taken.hasObjective()).isEqualTo(rest);
    Random random = new Random(5);
    double[] origin = new double[7];
    double constant = value(given, origin) - value(taken, origin);
    for (int i = 0; i < 20; i++) {
      double[] x = random.doubles(7, -2, 2).toArray();
      assertThat(value(taken, x) + constant)
          .isCloseTo(value(given, x), within(1e-9 * (1 + Math.abs(value(given, x)))));
    }
  }

  @Test
  void quadraticsAreTakenApartHoweverTheyAreWritten() {
    Tape one = Squares.of(objective("2 * (x - 1)^2 + (x + y)^2"), Units.of(7));
    Tape other = Squares.of(objective("3 * x^2 - 4 * x + 2 * x * y + y^2 + 9"), Units.of(7));
    double[] x = {0.3, -0.7, 0, 0, 0, 0, 0};
    double[] a = Arrays.stream(one.residuals(x, 0)).map(Math::abs).sorted().toArray();
    double[] b = Arrays.stream(other.residuals(x, 0)).map(Math::abs).sorted().toArray();
    assertThat(a).containsExactly(b, within(1e-10));
  }

  /// Components of very different units: each keeps its square, and a middle far from 0 keeps its digits.
  @Test
  void quadraticsAreComparedInSizesOfTheData() {
    double[] middle = {1e6, 0, 0, 0, 0, 0, 0};
    double[] size = {1e5, 1e-3, 1, 1, 1, 1, 1};
    Tape taken =
        Squares.of(
            objective("((x - 1.1e6) / 1e5)^2 + ((y - 1e-3) / 1e-3)^2"), new Units(middle, size));
    assertThat(taken.residuals()).isEqualTo(2);
    assertThat(taken.hasObjective()).isFalse();
    double[] x = {1.2e6, 3e-3, 0, 0, 0, 0, 0};
    assertThat(value(taken, x)).isCloseTo(5, within(1e-9));
    Tape far =
        Squares.of(
            objective("(x - 1000000001 - y)^2"), new Units(new double[] {1e9, 0, 0, 0, 0, 0, 0}, size));
    assertThat(far.residuals()).isEqualTo(1);
    assertThat(far.hasObjective()).isFalse();
    // Less its origin, nothing as large as 1e9 is left in it: float32 keeps all digits.
    Tape moved = far.withOrigin(new double[] {1e9, 0, 0, 0, 0, 0, 0});
    assertThat(moved.rows()).allMatch(row -> Math.abs(row.immediate()) < 1e6);
    assertThat(value(moved, new double[] {3, 1, 0, 0, 0, 0, 0})).isCloseTo(1, within(1e-6));
  }

  /// A component in which the data do not differ has no part in it.
  @Test
  void constantComponentsAreLeftOut() {
    double[] size = {1, 0, 1, 1, 1, 1, 1};
    Tape taken =
        Squares.of(objective("(x + y)^2"), new Units(new double[] {0, 2, 0, 0, 0, 0, 0}, size));
    assertThat(taken.residuals()).isEqualTo(1);
    assertThat(value(taken, new double[] {1, 2, 0, 0, 0, 0, 0})).isCloseTo(9, within(1e-12));
  }

  /// The residuals' own tolerance in a joint tape stands for an objective as well: J counts as exp(-weight J).
  @Test
  void objectivesBesideResidualsKeepTheirWeight() {
    Law law = Law.of("r", FormulaLaw.equality(Formula.parse("y - 3"), NAMES, Map.of()));
    Law quantity = new Law("J", objective("(x - 1)^2 / 2"), 4, Double.NaN);
    Tape joint = new Constraint(List.of(law, quantity)).tape(0.1, Units.of(7));
    double[] x = {2, 5, 0, 0, 0, 0, 0};
    double[] r = joint.residuals(x, 0);
    assertThat(r).hasSize(2);
    assertThat(r[0]).isEqualTo(2);
    // 1/2 (r/0.1)^2 is 4 J = 2.
    assertThat(0.5 * Math.pow(r[1] / 0.1, 2)).isCloseTo(2, within(1e-12));
    // Metrics and training see the objective as it is.
    assertThat(new Constraint(List.of(law, quantity)).tape().residuals()).isEqualTo(1);
  }
}
