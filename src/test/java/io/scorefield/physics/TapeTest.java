package io.scorefield.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TapeTest {
  /// A tape that uses one operation, followed by more so that adjoints pass through it:
  /// r = op(p, q)^2 * x with p = x y + 1.3, q = y + 0.4.
  private static Tape using(TapeOperation operation) {
    TapeBuilder builder = new TapeBuilder(2);
    int x = builder.input(0);
    int y = builder.input(1);
    int p = builder.add(builder.multiply(x, y), builder.constant(1.3));
    int q = builder.add(y, builder.constant(0.4));
    int used =
        switch (operation) {
          case INPUT -> x;
          case CONSTANT -> builder.constant(0.6);
          default -> builder.append(operation, p, q, 0);
        };
    return builder.residual(builder.multiply(builder.square(used), x)).build();
  }

  private static DerivativeStructure apply(
      TapeOperation operation, DerivativeStructure x, DerivativeStructure p, DerivativeStructure q) {
    return switch (operation) {
      case INPUT -> x;
      case CONSTANT -> x.multiply(0).add(0.6);
      case ADD -> p.add(q);
      case SUBTRACT -> p.subtract(q);
      case MULTIPLY -> p.multiply(q);
      case DIVIDE -> p.divide(q);
      case SQUARE -> p.multiply(p);
      case SQRT -> p.sqrt();
      case EXP -> p.exp();
      case LOG -> p.log();
      case SIN -> p.sin();
      case COS -> p.cos();
      case TANH -> p.tanh();
      case ABS -> p.abs();
      case MIN -> p.getValue() <= q.getValue() ? p : q;
      case MAX -> p.getValue() >= q.getValue() ? p : q;
    };
  }

  @ParameterizedTest
  @EnumSource(TapeOperation.class)
  void gradientAgreesWithDerivativeStructuresAndDifferences(TapeOperation operation) {
    Tape tape = using(operation);
    Random random = new Random(3);
    for (int trial = 0; trial < 50; trial++) {
      double[] at = {0.2 + random.nextDouble(), 0.2 + random.nextDouble()};
      DerivativeStructure x = new DerivativeStructure(2, 1, 0, at[0]);
      DerivativeStructure y = new DerivativeStructure(2, 1, 1, at[1]);
      DerivativeStructure used = apply(operation, x, x.multiply(y).add(1.3), y.add(0.4));
      DerivativeStructure expected = used.multiply(used).multiply(x);

      double[] gradient = gradient(tape, at);
      double value = tape.residuals(at, 0)[0];
      assertThat(value).isCloseTo(expected.getValue(), within(1e-12 * (1 + Math.abs(value))));
      for (int d = 0; d < 2; d++) {
        double exact = expected.getPartialDerivative(1 - d, d);
        assertThat(gradient[d]).isCloseTo(exact, within(1e-11 * (1 + Math.abs(exact))));
        double h = 1e-6;
        double[] up = at.clone();
        double[] down = at.clone();
        up[d] += h;
        down[d] -= h;
        double difference = (tape.residuals(up, 0)[0] - tape.residuals(down, 0)[0]) / (2 * h);
        assertThat(gradient[d]).isCloseTo(difference, within(1e-6 * (1 + Math.abs(exact))));
      }
    }
  }

  private static double[] gradient(Tape tape, double[] at) {
    double[] slots = new double[tape.slots()];
    double[] adjoints = new double[tape.slots()];
    double[] gradient = new double[tape.inputs()];
    tape.forward(at, 0, slots);
    adjoints[tape.residuals()[0]] = 1;
    tape.reverse(slots, adjoints, gradient, 0);
    return gradient;
  }

  @Test
  void sphereMeasuresTheDistanceAndHasAUnitGradient() {
    Tape tape = Constraint.sphere(3, 1.5).tape();
    double[] x = {2, -1, 2};
    assertThat(tape.residuals(x, 0)[0]).isCloseTo(1.5, within(1e-15));
    double[] gradient = gradient(tape, x);
    assertThat(gradient).containsExactly(new double[] {2 / 3.0, -1 / 3.0, 2 / 3.0}, within(1e-15));
  }

  @Test
  void gradientAtTheCentreOfTheSphereIsZeroNotNan() {
    assertThat(gradient(Constraint.sphere(2, 1).tape(), new double[2])).containsExactly(0, 0);
  }

  @Test
  void scaledInputsGiveTheSameResidualInOtherUnits() {
    Tape tape = Constraint.sphere(2, 1.5).tape();
    double[] scale = {2, 0.5};
    double[] shift = {0.1, -0.7};
    Tape moved = tape.withInputs(scale, shift);
    double[] state = {0.3, 0.9};
    double[] data = {2 * 0.3 + 0.1, 0.5 * 0.9 - 0.7};
    assertThat(moved.residuals(state, 0)).containsExactly(tape.residuals(data, 0), within(1e-15));
    double[] gradient = gradient(moved, state);
    double[] inData = gradient(tape, data);
    assertThat(gradient[0]).isCloseTo(2 * inData[0], within(1e-14));
    assertThat(gradient[1]).isCloseTo(0.5 * inData[1], within(1e-14));
  }

  @Test
  void refusesTapesThatPointNowhere() {
    TapeOperation[] one = {TapeOperation.ADD};
    assertThatThrownBy(
            () -> new Tape(2, one, new int[] {0}, new int[] {0}, new double[1], new int[] {0}))
        .hasMessageContaining("slot 0");
    TapeOperation[] input = {TapeOperation.INPUT};
    double[] outside = {2};
    assertThatThrownBy(
            () -> new Tape(2, input, new int[1], new int[1], outside, new int[] {0}))
        .hasMessageContaining("slot 0");
    assertThat(Arrays.asList(TapeOperation.values())).hasSize(16);
  }

  @Test
  void anOperandThatIsNotThereIsRefusedEvenWhereItIsNotUsed() {
    TapeOperation[] operations = {TapeOperation.INPUT, TapeOperation.SQUARE};
    int[] first = {0, 0};
    int[] second = {0, 1_000_000};
    int[] residuals = {1};
    assertThatThrownBy(
            () -> new Tape(1, operations, first, second, new double[2], residuals))
        .hasMessageContaining("slot 1");
  }
}
