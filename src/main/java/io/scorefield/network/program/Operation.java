package io.scorefield.network.program;

/// What a row of a {@link Program} does. The order is that of `kernels/include/program.cuh`.
///
/// A value is a matrix: one row for every position of its {@link Space}, one column for every feature. The derivative of
/// every operation is a composition of operations of this list, so a program's derivative is a program.
public enum Operation {
  /// Numbers that the engine is given, at a {@link Port}.
  INPUT,
  /// Numbers that the engine hands on, at a {@link Port}.
  OUTPUT,
  /// The same numbers in every sample.
  CONSTANT,
  /// x W^T + b by position; the bias may be missing.
  LINEAR,
  /// x W by position.
  LINEAR_TRANSPOSED,
  /// Adds a^T b, summed over positions and samples, to the gradient of W, and the sum of a to that of the bias.
  WEIGHT_GRADIENT,
  /// To every position the value at the position that {@link Links} name; 0 where they name none.
  GATHER,
  /// To every position the sum of the values at the positions that name it, in ascending order.
  SEGMENT_SUM,
  /// The sum over the features: width 1.
  ROW_SUM,
  /// The one feature, `width` times.
  SPREAD,
  ADD,
  SUBTRACT,
  MULTIPLY,
  /// immediate * a.
  SCALE,
  /// a + immediate.
  SHIFT,
  /// 1 / a; 0 for a = 0, so that what divides by a distance stays defined where two points meet.
  INVERSE,
  SQRT,
  EXP,
  LOG,
  TANH,
  /// 1 / (1 + exp(-a)).
  LOGISTIC,
  /// ln(1 + exp(a)).
  SOFTPLUS,
  SIN,
  COS,
  /// 1 for positive a, else 0; its derivative is taken to be 0.
  STEP;

  /// Whether each number of the result depends on the same number of the operands alone.
  public boolean elementwise() {
    return ordinal() >= ADD.ordinal();
  }

  /// Whether the result is an operand seen otherwise: nothing is computed.
  public boolean view() {
    return this == GATHER || this == SPREAD;
  }

  /// Whether there is no result: the row is wanted for what it does.
  public boolean sink() {
    return this == OUTPUT || this == WEIGHT_GRADIENT;
  }

  /// How many values it reads.
  public int operands() {
    return switch (this) {
      case INPUT, CONSTANT -> 0;
      case ADD, SUBTRACT, MULTIPLY, WEIGHT_GRADIENT -> 2;
      default -> 1;
    };
  }

  /// The value of an elementwise operation.
  public double value(double a, double b, double immediate) {
    return switch (this) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case SCALE -> immediate * a;
      case SHIFT -> a + immediate;
      case INVERSE -> a == 0 ? 0 : 1 / a;
      case SQRT -> Math.sqrt(a);
      case EXP -> Math.exp(a);
      case LOG -> Math.log(a);
      case TANH -> Math.tanh(a);
      case LOGISTIC -> 1 / (1 + Math.exp(-a));
      case SOFTPLUS -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
      case SIN -> Math.sin(a);
      case COS -> Math.cos(a);
      case STEP -> a > 0 ? 1 : 0;
      default -> throw new IllegalStateException(this + " is not elementwise");
    };
  }
}
