package io.scorefield.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import io.scorefield.physics.formula.Grid;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TapeTest {
  private static Tape law(String formula) {
    return FormulaLaw.equality(Formula.parse(formula), Variables.of(List.of("x", "y", "u[4]", "k[2,2]")), Map.of());
  }

  private static void requireSame(Tape tape, Tape expected) {
    assertThat(tape.rows()).isEqualTo(expected.rows());
    assertThat(tape.indices()).isEqualTo(expected.indices());
    assertThat(tape.numbers()).isEqualTo(expected.numbers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x^2 + y^2 - x",
        "sum(u) - 4 * x + 0.25",
        "each(i in 1..2, u[i-1] - 2 * u[i] + u[i+1] - 0.001 * i)",
        "sum(i in 0..2, (u[i+1] - u[i])^2) * x + max(u) - min(x, u[0], y) + norm(u)",
        "abs(x - y) * max(0, x) + sqrt(x) - mean(k^2)"
      })
  void aTapeThatIsIncludedIsBuiltAgainAsItWas(String formula) {
    Tape tape = law(formula);
    TapeBuilder builder = new TapeBuilder(10);
    builder.include(tape).forEach(builder::add);
    requireSame(builder.build(), tape);
    requireSame(tape.minus(new double[tape.residuals()]), tape);
  }

  @Test
  void tapesThatAreIncludedAreNotPutTogether() {
    Tape first = law("x^2 + y^2 - 1");
    Tape second = law("each(i in 0..3, u[i] - x^2)");
    TapeBuilder builder = new TapeBuilder(10);
    builder.include(first).forEach(builder::add);
    builder.include(second).forEach(builder::add);
    Tape both = builder.build();
    assertThat(both.slots()).isEqualTo(first.slots() + second.slots());
    assertThat(both.residuals()).isEqualTo(first.residuals() + second.residuals());
    double[] x = new Random(3).doubles(10).toArray();
    assertThat(Arrays.copyOf(both.residuals(x, 0), 1)).isEqualTo(first.residuals(x, 0));
    assertThat(Arrays.copyOfRange(both.residuals(x, 0), 1, 5)).isEqualTo(second.residuals(x, 0));
  }

  /// Laws of x, y and the fields u[4] and k[2,2] far from 0; the first ones are linear.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x - 10000000.3 - 0.6 * y",
        "3 - (x - u[1]) / 4 + (2 * x - 20000000) * 0.5 - 1",
        "sum(u) - 4 * x + 0.25",
        "each(i in 1..2, u[i-1] - 2 * u[i] + u[i+1] - 0.001 * i)",
        "u - 10000000",
        "sum(i in 0..2, (i + 1) * (u[i+1] - u[i])) + x - u[3]",
        "1 / (x - 9999990) - y / x + exp((x - 10000000) / 3)",
        "sum(i in 0..2, (u[i+1] - u[i])^2) * (x - 10000000) + max(u) - min(x, u[0], y) + norm(u)",
        "abs(x - y) * max(0, x - 10000000) + sqrt(x) - mean(k^2)"
      })
  void anOriginTakenOffChangesNothing(String formula) {
    Tape tape = FormulaLaw.equality(Formula.parse(formula), Variables.of(List.of("x", "y", "u[4]", "k[2,2]")), Map.of());
    double[] origin = {1e7, 0, 1e7, 1e7, 1e7 + 1, 1e7, -3e6, 5, 0, 0};
    Tape moved = tape.withOrigin(origin);
    Random random = new Random(5);
    for (int trial = 0; trial < 20; trial++) {
      double[] x = random.doubles(10, -2, 2).toArray();
      double[] whole = new double[10];
      Arrays.setAll(whole, d -> origin[d] + x[d]);
      double[] expected = tape.residuals(whole, 0);
      double[] found = moved.residuals(x, 0);
      double[] direction = random.doubles(10, -1, 1).toArray();
      double[] slope = new double[expected.length];
      double[] movedSlope = new double[expected.length];
      new TapeRunner(tape).along(whole, 0, direction, slope);
      new TapeRunner(moved).along(x, 0, direction, movedSlope);
      for (int j = 0; j < expected.length; j++) {
        assertThat(found[j]).isCloseTo(expected[j], within(1e-6 + 1e-9 * Math.abs(expected[j])));
        assertThat(movedSlope[j]).isCloseTo(slope[j], within(1e-5 + 1e-9 * Math.abs(slope[j])));
      }
    }
    boolean linear = !formula.contains("^") && !formula.contains("max");
    if (linear && !formula.contains("exp")) {
      // No number is left that would cost float32 its digits.
      assertThat(moved.rows()).noneMatch(row -> Math.abs(row.immediate()) > 100);
    }
  }

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
          case ADD, SUBTRACT, MULTIPLY, DIVIDE, MIN, MAX -> builder.append(operation, p, q);
          default -> builder.append(operation, p);
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
      default -> throw new IllegalArgumentException(operation.toString());
    };
  }

  @ParameterizedTest
  @EnumSource(value = TapeOperation.class, mode = EnumSource.Mode.EXCLUDE,
      names = {"HOLD", "GATHER", "COLUMN", "DOT", "LOOP", "END", "TOTAL", "LEAST", "LARGEST", "RESIDUAL", "OBJECTIVE"})
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

  /// x hold(x y): the value of x^2 y, the gradient of x times a constant.
  @Test
  void whatIsHeldCountsAsAConstant() {
    TapeBuilder builder = new TapeBuilder(2);
    int x = builder.input(0);
    int held = builder.append(TapeOperation.HOLD, builder.multiply(x, builder.input(1)));
    Tape tape = builder.residual(builder.multiply(x, held)).build();
    double[] at = {1.5, -2};
    assertThat(tape.residuals(at, 0)[0]).isEqualTo(-4.5);
    assertThat(gradient(tape, at)).containsExactly(-3, 0);
    double[] along = new double[1];
    new TapeRunner(tape).along(at, 0, new double[] {1, 1}, along);
    assertThat(along[0]).isEqualTo(-3);
  }

  /// Whole fields, single components, sums over both kinds and gathers of both kinds: the values stay, the derivatives with
  /// respect to u are 0 and the others are what they were.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x * u[2] - y",
        "sum(u) - 4 * x + sum(k) * u[1]",
        "dot(u, u) * y + x",
        "sum(i in 0..2, (u[i+1] - x * u[i])^2) * x + max(u) - min(x, y)",
        "abs(x - y) * max(0, x) + sqrt(x) - mean(k^2)"
      })
  void heldComponentsHaveNoDerivative(String formula) {
    requireHeld(law(formula));
  }

  @Test
  void rowsThatReadHeldAndOtherComponentsAreDivided() {
    double[] matrix = {1, -2, 0.5, 3};
    requireHeld(Law.linear(matrix, new double[] {0.25}, new int[] {0, 2, 4, 1}, 10));
    TapeBuilder builder = new TapeBuilder(10);
    int loop = builder.loop(4);
    int mixed = builder.gather(loop, new int[] {0, 2, -1, 3}, 0.7);
    int cubed = builder.multiply(mixed, builder.square(mixed));
    requireHeld(builder.residual(builder.collect(TapeOperation.TOTAL, loop, cubed)).build());
  }

  private static void requireHeld(Tape tape) {
    Tape holding = tape.holding(d -> d >= 2 && d < 6);
    double[] at = new Random(7).doubles(10, 0.5, 2).toArray();
    assertThat(holding.residuals(at, 0)).containsExactly(tape.residuals(at, 0), within(1e-13));
    double[] expected = gradient(tape, at);
    assertThat(expected).doesNotContain(Double.NaN);
    Arrays.fill(expected, 2, 6, 0);
    assertThat(gradient(holding, at)).containsExactly(expected, within(1e-13));
  }

  private static double[] gradient(Tape tape, double[] at) {
    double[] gradient = new double[tape.inputs()];
    TapeRunner runner = new TapeRunner(tape);
    runner.forward(at, 0, new double[tape.residuals()]);
    runner.reverse(at, 0, new double[] {1}, 0, gradient, 0);
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

  private static Tape.Row row(TapeOperation operation, int first, int second, int count) {
    return new Tape.Row(operation, first, second, count, 1);
  }

  private static void refused(int row, Tape.Row... rows) {
    double[] ones = {1, 1};
    int[] indices = {0, -1, 1};
    assertThatThrownBy(
            () -> new Tape(2, List.of(rows), indices, new double[] {2, 3}, ones, ones))
        .hasMessageContaining("row " + row);
  }

  @Test
  void refusesTapesThatPointNowhere() {
    Tape.Row input = row(TapeOperation.INPUT, 0, 0, 0);
    refused(0, row(TapeOperation.INPUT, 2, 0, 0));
    refused(0, row(TapeOperation.ADD, 0, 0, 0));
    refused(1, input, row(TapeOperation.SQUARE, 0, 1_000_000, 0));
    refused(1, input, row(TapeOperation.ADD, 0, 1, 0));
    refused(0, row(TapeOperation.GATHER, 0, 0, 0)); // outside of a loop
    refused(0, row(TapeOperation.LOOP, 0, 5, 2));
    refused(0, row(TapeOperation.LOOP, 0, 1, 0), row(TapeOperation.END, 0, 0, 0));
    refused(
        1, row(TapeOperation.LOOP, 0, 2, 4), row(TapeOperation.GATHER, 0, 0, 0),
        row(TapeOperation.END, 0, 0, 0));
    refused(
        1, row(TapeOperation.LOOP, 0, 2, 3), row(TapeOperation.COLUMN, 0, 0, 0),
        row(TapeOperation.END, 0, 0, 0));
    refused(0, row(TapeOperation.DOT, 0, 0, 3));
    // A number of a loop is not good outside, nor a sum inside.
    refused(
        3, row(TapeOperation.LOOP, 0, 2, 2), row(TapeOperation.COLUMN, 0, 0, 0),
        row(TapeOperation.END, 0, 0, 0), row(TapeOperation.SQUARE, 1, 0, 0));
    refused(
        3, row(TapeOperation.LOOP, 0, 4, 2), row(TapeOperation.COLUMN, 0, 0, 0),
        row(TapeOperation.TOTAL, 1, 0, 0), row(TapeOperation.SQUARE, 2, 0, 0),
        row(TapeOperation.END, 0, 0, 0));
    // Loops do not nest, and residuals are numbered.
    refused(
        1, row(TapeOperation.LOOP, 0, 3, 2), row(TapeOperation.LOOP, 0, 2, 2),
        row(TapeOperation.END, 1, 0, 0), row(TapeOperation.END, 0, 0, 0));
    refused(1, input, row(TapeOperation.RESIDUAL, 0, 1, 0));
    refused(1, input, row(TapeOperation.RESIDUAL, 1, 0, 0));
    assertThat(TapeOperation.values()).hasSize(27);
  }

  /// The laws of fields that formulas make: gradients by differences, and J v against gradients.
  @Test
  void loopsHaveTheDerivativesOfDifferences() {
    Variables names = Variables.of(List.of("u[6]", "x", "k[4,3]"));
    String[] formulas = {
      "sum(i in 0..4, (u[i+1] - u[i])^2 * cos(i * x)) - mean(u)^2",
      "each(i in 1..4, u[i-1] * u[i+1] - sin(u[i]) * norm(k))",
      "max(u) * x + min(i in 0..2, k[i, 0] * k[i, 2])",
      "u / (2 + u^2) - mean(abs(u))",
      "sum(i in 0..3, j in 0..2, k[i, j] * (i - j)) + dot(u[0..2], u[3..5])",
      "each(i in 0..2, sum(j in 0..5, exp(-(i - j)^2) * u[j]) - k[i, 1]^3)"
    };
    Random random = new Random(5);
    for (String formula : formulas) {
      Tape tape = FormulaLaw.equality(Formula.parse(formula), names, Map.of());
      derivativesAgree(formula, tape, random);
    }
    Map<String, Grid.Boundary> boundaries =
        Map.of("k", new Grid.Dirichlet(0.4));
    Tape stencil =
        FormulaLaw.stencil(
            Formula.parse("div(exp(k) * grad(k)) + dx(k) * dy(k) - laplace(k) + i"), names, Map.of(),
            new Grid(0.3, boundaries));
    derivativesAgree("stencil", stencil, random);
    derivativesAgree(
        "linear", Law.linear(new double[] {1, 2, 3, 4}, new double[] {1, 2}, new int[] {3, 9}, 19), random);
    derivativesAgree(
        "invariant", Law.invariant(true, new double[] {1, 2, 3}, 0.5, new int[] {3, 9, 11}, 19), random);
  }

  private static void derivativesAgree(String what, Tape given, Random random) {
    double[] scale = new double[given.inputs()];
    Arrays.setAll(scale, d -> 0.5 + random.nextDouble());
    double[] shift = new double[given.inputs()];
    Arrays.setAll(shift, d -> random.nextGaussian());
    Tape tape = given.withInputs(scale, shift);
    double[] x = new double[tape.inputs()];
    Arrays.setAll(x, d -> random.nextGaussian());
    double[] seeds = new double[tape.residuals()];
    Arrays.setAll(seeds, j -> random.nextGaussian());
    double[] direction = new double[tape.inputs()];
    Arrays.setAll(direction, d -> random.nextGaussian());
    TapeRunner runner = new TapeRunner(tape);
    double[] gradient = new double[x.length];
    runner.forward(x, 0, new double[seeds.length]);
    runner.reverse(x, 0, seeds, 0, gradient, 0);
    double[] change = new double[seeds.length];
    runner.along(x, 0, direction, change);
    double h = 1e-6;
    double along = 0;
    for (int d = 0; d < x.length; d++) {
      double[] up = x.clone();
      double[] down = x.clone();
      up[d] += h;
      down[d] -= h;
      double[] above = tape.residuals(up, 0);
      double[] below = tape.residuals(down, 0);
      double difference = 0;
      for (int j = 0; j < seeds.length; j++) {
        difference += seeds[j] * (above[j] - below[j]) / (2 * h);
      }
      assertThat(gradient[d]).as(what).isCloseTo(difference, within(1e-6 * (1 + Math.abs(difference))));
      along += gradient[d] * direction[d];
    }
    double product = 0;
    for (int j = 0; j < seeds.length; j++) {
      product += seeds[j] * change[j];
    }
    assertThat(product).as(what).isCloseTo(along, within(1e-10 * (1 + Math.abs(along))));
  }
}
