package io.scorefield.physics.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.physics.Variables;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sums over particles and over their pairs.
class ParticleFormulaTest {
  private static final Variables FOUR = Variables.of(List.of("x[4,2]"));
  private static final String DOUBLE_WELL = "sum(i<j, 0.9*(d-4)^4 - 4*(d-4)^2)";
  private static final double[] SOME = {0.3, -1.2, 2.5, 0.7, -3.1, 1.9, 0.4, 3.3};

  private static Tape energy(String formula, Variables variables) {
    return FormulaLaw.objective(Formula.parse(formula), variables, Map.of("k", 3.0));
  }

  private static double distance(double[] x, int i, int j) {
    return Math.hypot(x[2 * i] - x[2 * j], x[2 * i + 1] - x[2 * j + 1]);
  }

  @Test
  void aPairSumIsTheSumOverAllPairs() {
    double expected = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = i + 1; j < 4; j++) {
        double a = distance(SOME, i, j) - 4;
        expected += 0.9 * Math.pow(a, 4) - 4 * a * a;
      }
    }
    assertThat(energy(DOUBLE_WELL, FOUR).objective(SOME, 0)).isCloseTo(expected, within(1e-11));
    assertThat(energy("sum(a < b, 0.9*(distance(a,b)-4)^4 - 4*(distance(b, a)-4)^2)", FOUR).objective(SOME, 0))
        .isCloseTo(expected, within(1e-11));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // By hand of the square of side 2 around (1, 1): four sides of 2, two diagonals of sqrt 8.
        "sum(i<j, d) | 13.656854249492381", "mean(i<j, d^2) | 5.3333333333333333", "min(i<j, d) | 2",
        "max(p<q, d^2) | 8", "sum(i, r^2) | 8", "mean(i, r) | 1.4142135623730951", "sum(i<j, d^-2) | 1.25",
        "sum(i<j, d^-12) | 0.00098419189453125", "sum(a<b<c, distance(a,c)^2) | 24", "norm(i<j, d) | 5.656854249492381",
        "k * sum(i<j, 1/d) | 8.121320343559643", "distance(0, 3) + 0 * x[0,0] | 2.8284271247461903",
        "sum(i, (x[i,0] - mean(j, x[j,0]))^2) | 4", "sum(i, sum(j in 0..3, distance(i, j)^2)) | 64",
        "sum(i, r^2 * sum(j in 0..3, j * r)) | 67.88225099390857", "sum(x) + sum(i, x[i,1]) | 12"
      })
  void sumsHaveTheirValues(String formula, double expected) {
    double[] square = {0, 0, 2, 0, 0, 2, 2, 2};
    assertThat(energy(formula, FOUR).objective(square, 0)).isCloseTo(expected, within(1e-12 * (1 + expected)));
  }

  @Test
  void lawsOfPairsAreResidualsToo() {
    double[] x = {0, 0, 3, 4, 0, 1};
    Variables three = Variables.of(List.of("x[3,2]"));
    assertThat(FormulaLaw.equality(Formula.parse("distance(0, 1) = 4"), three, Map.of()).residuals(x, 0))
        .containsExactly(1);
    assertThat(FormulaLaw.inequality(Formula.parse("each(i<j, d >= 2)"), three, Map.of()).residuals(x, 0))
        .containsExactly(0, 1, 0);
    assertThat(FormulaLaw.inequality(Formula.parse("min(i<j, d) >= 2"), three, Map.of()).residuals(x, 0))
        .containsExactly(1);
  }

  /// The gradient of every kind of term against central differences.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        DOUBLE_WELL, "sum(i<j, 2*(d^-12 - 2*d^-6)) + 0.5*sum(i, r^2)", "sum(i<j, exp(-d)/d) + sum(i, r^4)",
        "sum(a<b<c, distance(a,b)*distance(b,c)*distance(a,c))"
      })
  void gradientsAreThoseOfTheFormula(String formula) {
    Tape tape = energy(formula, FOUR);
    TapeRunner runner = new TapeRunner(tape);
    double[] gradient = new double[8];
    runner.forward(SOME, 0, new double[0]);
    runner.reverse(SOME, 0, new double[0], 1, gradient, 0);
    for (int component = 0; component < 8; component++) {
      double[] above = SOME.clone();
      double[] below = SOME.clone();
      above[component] += 1e-5;
      below[component] -= 1e-5;
      double expected = (tape.objective(above, 0) - tape.objective(below, 0)) / 2e-5;
      assertThat(gradient[component]).isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
    }
  }

  @Test
  void theDistanceHasNoSlopeAtZero() {
    Variables two = Variables.of(List.of("x[2,2]"));
    double[] together = {1, 1, 1, 1};
    TapeRunner runner = new TapeRunner(energy("sum(i<j, (d - 3)^2)", two));
    double[] gradient = new double[4];
    assertThat(runner.forward(together, 0, new double[0])).isEqualTo(9);
    runner.reverse(together, 0, new double[0], 1, gradient, 0);
    assertThat(gradient).containsExactly(0, 0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "x[0,0] + (d - 4)^2 | 'd' is the distance in a sum over pairs, sum(i<j, ...); elsewhere write distance(0, 1) (at character 11)",
        "sum(i<j, d + r) | 'r' is the distance from the centre in a sum over particles, sum(i, ...) (at character 14)",
        "distance(0, 4) | there is no particle 4 in x[4,2]; they are 0..3 (at character 13)",
        "sum(i<j, x[i+1,0] * x[j+1,0]) | index 4 of x[4,2] is out of range 0..3 at i = 0, j = 3 (at character 24)",
        "sum(i<j, d + x[q,0]) | unknown index 'q'; known are i, j (at character 16)",
        "distance(0) | distance takes two particles: distance(0, 1) (at character 1)",
        "sum(i<i, d) | the index 'i' is used twice (at character 7)",
        "sum(i<x, d) | 'x' is a name already; call the index something else (at character 1)",
        "sum(a<b<c<e<f, distance(a, f)) | a sum over a<b<c<e<f needs 5 particles, not 4 (at character 1)",
        "sum(i<j, d) + q | unknown name 'q'; known are x[4,2], k, pi (at character 15)"
      })
  void mistakesHaveOneLine(String formula, String message) {
    assertThatThrownBy(() -> energy(formula, FOUR))
        .isInstanceOf(FormulaException.class)
        .hasMessage("'" + formula + "': " + message);
  }

  @Test
  void particlesNeedOneFieldOfPositions() {
    assertThatThrownBy(() -> energy("sum(i<j, d)", Variables.of(List.of("x", "y"))))
        .hasMessageContaining("particles need one field of two indices, such as x[13,3]; known are x, y");
    assertThatThrownBy(() -> energy("sum(i<j, d)", Variables.of(List.of("h[4,4]", "u[4,4]"))))
        .hasMessageContaining("particles need one field of two indices");
    assertThatThrownBy(() -> energy("sum(i<j, d)", Variables.of(List.of("x[4,2]", "d"))))
        .hasMessageContaining("'d' is a distance in a sum over pairs; give the other 'd' another name");
  }

  /// The function of a pair gives the same energy as the whole formula, where there is one.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        DOUBLE_WELL, "sum(i<j, 2*(d^-12 - 2*d^-6)) + 0.5*sum(i, r^2)", "-(k * mean(i<j, sqrt(d)) - 2) / 3 + mean(i, 2*r^2*k)",
        "pi * sum(i<j, max(d, 2)) - sum(i<j, sin(d) + abs(d - 2))"
      })
  void pairPotentialsAddUpToTheEnergy(String formula) {
    Tape pair = PairPotential.of(Formula.parse(formula), FOUR, Map.of("k", 3.0)).orElseThrow();
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = i + 1; j < 4; j++) {
        double d = distance(SOME, i, j);
        sum += pair.objective(new double[] {d * d}, 0);
      }
    }
    double expected = energy(formula, FOUR).objective(SOME, 0);
    assertThat(sum).isCloseTo(expected, within(1e-11 * (1 + Math.abs(expected))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sum(i<j, d * x[i,0])", "sum(i, r^4)", "sum(i<j<k, distance(i,k))", "sum(x^2)", "sum(i<j, d) * sum(i<j, d)",
        "exp(sum(i<j, d))", "max(i<j, d)", "sum(i<j, d + i)", "sum(i<j, d) - 3*distance(0,1)",
        "sum(i<j, d*distance(0,1))", "sum(i<j, d*max(p<q, 1))", "sum(i<j, d) + max(p<q, 3)"
      })
  void otherEnergiesHaveNone(String formula) {
    assertThat(PairPotential.of(Formula.parse(formula), FOUR, Map.of())).isEmpty();
  }
}
