package io.scorefield.network.program;

import io.scorefield.network.Activation;
import io.scorefield.network.Architecture.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes a {@link Program}. What is asked for twice is computed once.
///
/// Every method throws an {@link IllegalArgumentException} when operands do not go together.
public final class ProgramBuilder {
  private final List<Row> rows = new ArrayList<>();
  private final Map<Row, Integer> known = new HashMap<>();
  private final List<Block> parameters = new ArrayList<>();
  private int parameterCount;

  public ProgramBuilder() {}

  /// Goes on with a program.
  public ProgramBuilder(Program program) {
    program.rows().forEach(this::append);
    for (Block block : program.parameters()) {
      parameters.add(block);
      parameterCount += block.size();
    }
  }

  /// What has been written, without rows that nothing is made of.
  public Program build() {
    return new Program(rows, parameters).withoutIdleRows();
  }

  List<Row> rows() {
    return rows;
  }

  /// The value of a row.
  public Value value(int row) {
    return new Value(row, rows.get(row).space(), rows.get(row).width());
  }

  private Value append(Row row) {
    Integer before = known.get(row);
    if (before != null) {
      return value(before);
    }
    rows.add(row);
    known.put(row, rows.size() - 1);
    return value(rows.size() - 1);
  }

  /// The most numbers of a value.
  private static final long MOST_NUMBERS = 1 << 28;

  private Value append(
      Operation operation, Space space, int width, int first, int second, double immediate, Row.Attachment attachment) {
    require(
        (long) space.positions() * width <= MOST_NUMBERS,
        "a network of %d %ss with %d features each is too large; use fewer of them, or a smaller width", space.positions(),
        space.name(), width);
    return append(new Row(operation, space, width, first, second, immediate, attachment));
  }

  private static void require(boolean fine, String otherwise, Object... values) {
    if (!fine) {
      throw new IllegalArgumentException(otherwise.formatted(values));
    }
  }

  /// Numbers from a port.
  public Value input(Space space, int width, Port port) {
    return append(Operation.INPUT, space, width, -1, -1, 0, port);
  }

  /// Hands a value to a port.
  public void output(Value value, Port port) {
    append(Operation.OUTPUT, value.space(), value.width(), value.row(), -1, 0, port);
  }

  /// The same numbers in every sample, [positions, width].
  public Value constant(Space space, int width, double... values) {
    require(
        values.length == space.positions() * width, "%d numbers for a constant of %s and width %d", values.length,
        space, width);
    return append(Operation.CONSTANT, space, width, -1, -1, 0, new Row.Numbers(values));
  }

  /// One number everywhere.
  public Value filled(Space space, int width, double number) {
    double[] values = new double[space.positions() * width];
    Arrays.fill(values, number);
    return constant(space, width, values);
  }

  /// The parameters `name.weight` `[out, in]` and, if asked for, `name.bias` `[out]` of a new linear map.
  public Weights weights(String name, int in, int out, boolean bias) {
    return weights(name, in, out, bias, 1);
  }

  /// The same, with initial values `gain` times the usual size.
  public Weights weights(String name, int in, int out, boolean bias, double gain) {
    int layer = parameters.isEmpty() ? 0 : parameters.getLast().layer() + 1;
    Block weight = parameter(new Block(name + ".weight", layer, in, gain, parameterCount, out, in));
    return new Weights(
        weight,
        bias
            ? Optional.of(parameter(new Block(name + ".bias", layer, in, gain, parameterCount, out)))
            : Optional.empty());
  }

  private Block parameter(Block block) {
    require(
        (long) parameterCount + block.size() <= Integer.MAX_VALUE / 8, "the network has more than %d parameters",
        Integer.MAX_VALUE / 8);
    require(
        parameters.stream().noneMatch(other -> other.name().equals(block.name())), "there are two parameters %s",
        block.name());
    parameters.add(block);
    parameterCount += block.size();
    return block;
  }

  /// x W^T + b.
  public Value linear(Value x, Weights weights) {
    require(x.width() == weights.in(), "%s takes %d features, not %d", weights.weight().name(), weights.in(), x.width());
    return append(Operation.LINEAR, x.space(), weights.out(), x.row(), -1, 0, weights);
  }

  /// x W^T + b with new parameters.
  public Value linear(Value x, String name, int out) {
    return linear(x, weights(name, x.width(), out, true));
  }

  /// x W.
  public Value linearTransposed(Value x, Weights weights) {
    require(x.width() == weights.out(), "%s gives %d features, not %d", weights.weight().name(), weights.out(), x.width());
    return append(Operation.LINEAR_TRANSPOSED, x.space(), weights.in(), x.row(), -1, 0, weights.alone());
  }

  /// Adds what a gradient `a` at the sums of a linear map of b says of its parameters.
  void weightGradient(Value a, Value b, Weights weights) {
    require(a.space().equals(b.space()), "a gradient over %s and %s", a.space(), b.space());
    append(Operation.WEIGHT_GRADIENT, a.space(), a.width(), a.row(), b.row(), 0, weights);
  }

  /// To every position the value where it points to.
  public Value gather(Value x, Links links) {
    require(x.space().equals(links.from()), "%s do not point into %s", links, x.space());
    return append(Operation.GATHER, links.to(), x.width(), x.row(), -1, 0, links);
  }

  /// To every position the sum of those that point to it.
  public Value segmentSum(Value x, Links links) {
    require(x.space().equals(links.to()), "%s are not those of %s", links, x.space());
    return append(Operation.SEGMENT_SUM, links.from(), x.width(), x.row(), -1, 0, links);
  }

  /// The sum over the features.
  public Value rowSum(Value x) {
    return x.width() == 1 ? x : append(Operation.ROW_SUM, x.space(), 1, x.row(), -1, 0, new Row.Nothing());
  }

  /// The one feature, `width` times.
  public Value spread(Value x, int width) {
    require(x.width() == 1, "a value of %d features cannot be spread", x.width());
    return width == 1 ? x : append(Operation.SPREAD, x.space(), width, x.row(), -1, 0, new Row.Nothing());
  }

  /// An elementwise operation of one value.
  Value unary(Operation operation, Value x, double immediate) {
    return append(operation, x.space(), x.width(), x.row(), -1, immediate, new Row.Nothing());
  }

  private Value binary(Operation operation, Value a, Value b) {
    require(
        a.space().equals(b.space()) && a.width() == b.width(), "%s of a value over %s of width %d and one over %s of "
            + "width %d", operation, a.space(), a.width(), b.space(), b.width());
    return append(operation, a.space(), a.width(), a.row(), b.row(), 0, new Row.Nothing());
  }

  public Value add(Value a, Value b) {
    return binary(Operation.ADD, a, b);
  }

  public Value subtract(Value a, Value b) {
    return binary(Operation.SUBTRACT, a, b);
  }

  public Value multiply(Value a, Value b) {
    return binary(Operation.MULTIPLY, a, b);
  }

  public Value square(Value a) {
    return multiply(a, a);
  }

  public Value scale(Value a, double factor) {
    Row row = rows.get(a.row());
    if (row.operation() == Operation.SCALE) {
      return scale(value(row.first()), factor * row.immediate());
    }
    return factor == 1 ? a : unary(Operation.SCALE, a, factor);
  }

  public Value shift(Value a, double term) {
    return unary(Operation.SHIFT, a, term);
  }

  /// 1 / a, 0 at 0.
  public Value inverse(Value a) {
    return unary(Operation.INVERSE, a, 0);
  }

  public Value sqrt(Value a) {
    return unary(Operation.SQRT, a, 0);
  }

  public Value exp(Value a) {
    return unary(Operation.EXP, a, 0);
  }

  public Value log(Value a) {
    return unary(Operation.LOG, a, 0);
  }

  public Value tanh(Value a) {
    return unary(Operation.TANH, a, 0);
  }

  public Value logistic(Value a) {
    return unary(Operation.LOGISTIC, a, 0);
  }

  public Value softplus(Value a) {
    return unary(Operation.SOFTPLUS, a, 0);
  }

  public Value sin(Value a) {
    return unary(Operation.SIN, a, 0);
  }

  public Value cos(Value a) {
    return unary(Operation.COS, a, 0);
  }

  /// 1 where a is positive, else 0.
  public Value step(Value a) {
    return unary(Operation.STEP, a, 0);
  }

  /// An activation function.
  public Value activate(Activation activation, Value a) {
    return switch (activation) {
      case TANH -> tanh(a);
      case SILU -> multiply(a, logistic(a));
      case SOFTPLUS -> softplus(a);
      case RELU -> multiply(a, step(a));
      case LEAKY_RELU ->
          multiply(a, shift(scale(step(a), 1 - Activation.LEAKY_SLOPE), Activation.LEAKY_SLOPE));
    };
  }

  /// The mean over the positions, at every position.
  public Value mean(Value x) {
    Links links = Links.sampleOf(x.space());
    return gather(scale(segmentSum(x, links), 1.0 / x.space().positions()), links);
  }
}
