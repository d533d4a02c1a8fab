package io.scorefield.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionRunnerTest {
  private static final double[] POINTS = {0, 1e-3, 0.4, 1, 1.7, 2, 16, 4e4};

  private static Tape tape(String formula, String... names) {
    return FormulaLaw.objective(Formula.parse(formula), Variables.of(List.of(names)), Map.of());
  }

  /// One after the other the same: {@link TapeRunner} is the definition.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2*(s^-6 - 2*s^-3)", "0.9*(sqrt(s)-4)^4 - 4*(sqrt(s)-4)^2", "max(s, 2) - min(s, 1) + abs(s - 1.7)", "exp(-s) * sin(s) + cos(s)/(1+s)",
        "log(1+s) * tanh(s) - 3*s + 1/7"
      })
  void manyNumbersAtOnceAreAsOneByOne(String formula) {
    Tape tape = tape(formula, "s");
    FunctionRunner runner = new FunctionRunner(tape, POINTS.length + 2);
    double[] values = new double[POINTS.length + 2];
    double[] slopes = new double[POINTS.length + 2];
    values[POINTS.length] = 77;
    runner.slopes(POINTS, POINTS.length, values, slopes);
    assertThat(values[POINTS.length]).isEqualTo(77);
    TapeRunner one = new TapeRunner(tape);
    for (int k = 0; k < POINTS.length; k++) {
      double[] s = {POINTS[k]};
      double[] gradient = new double[1];
      double value = one.forward(s, 0, new double[0]);
      one.reverse(s, 0, new double[0], 1, gradient, 0);
      if (Double.isNaN(value)) {
        assertThat(values[k]).isNaN();
      } else {
        assertThat(values[k]).isEqualTo(value);
        assertThat(slopes[k]).isCloseTo(gradient[0], within(1e-12 * (1 + Math.abs(gradient[0]))));
      }
    }
  }

  @Test
  void otherTapesAreRefused() {
    assertThatThrownBy(() -> new FunctionRunner(tape("x * y", "x", "y"), 3))
        .hasMessage("the tape is not a function of one number");
    assertThatThrownBy(() -> new FunctionRunner(tape("sum(u)", "u[4]"), 3))
        .hasMessage("the tape is not a function of one number");
  }
}
