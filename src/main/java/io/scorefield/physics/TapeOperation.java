package io.scorefield.physics;

/// The operations of a {@link Tape}, in the order that `kernels/include/tables.cuh` has too. a and b are the values
/// of rows `first` and `second`.
///
/// Where a derivative does not exist or is infinite, the tape uses a defined subgradient: 0 for `ABS` at 0, for `SQRT`
/// at 0 and for `DIVIDE` by 0; the first operand for `MIN` and `MAX` of equal values, the first iteration for `LEAST`
/// and `LARGEST`.
public enum TapeOperation {
  /// Component number `first` of the sample.
  INPUT,
  /// The number `immediate`.
  CONSTANT,
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE,
  SQUARE,
  SQRT,
  EXP,
  LOG,
  SIN,
  COS,
  TANH,
  ABS,
  MIN,
  MAX,
  /// a, taken for a constant: its derivative counts as 0. A force that is the gradient of nothing enters an objective as
  /// the sum of -x_d hold(F_d(x)).
  HOLD,
  /// In iteration i component indices[first + i]; `immediate` where that is -1.
  GATHER,
  /// In iteration i numbers[first + i].
  COLUMN,
  /// In iteration i the sum over j < count of numbers[first + i count + j] times component
  /// indices[second + i count + j]. Outside of a loop i is 0.
  DOT,
  /// Repeats the rows up to the `END` in row `second`, `count` times. Loops do not nest.
  LOOP,
  /// Ends the loop that begins in row `first`.
  END,
  /// The sum of a over the iterations; a row of the loop, whose value is good behind its end.
  TOTAL,
  /// The least a of the iterations.
  LEAST,
  /// The largest a of the iterations.
  LARGEST,
  /// Declares immediate * a to be residual number `second`, in a loop number second + i.
  RESIDUAL,
  /// Adds immediate * a to the objective, a quantity that is to be small.
  OBJECTIVE;

  /// Whether the row collects something over the iterations of a loop.
  boolean collects() {
    return this == TOTAL || this == LEAST || this == LARGEST;
  }

  /// Whether the operation reads row `first`.
  boolean unary() {
    return switch (this) {
      case SQUARE, SQRT, EXP, LOG, SIN, COS, TANH, ABS, HOLD -> true;
      default -> false;
    };
  }

  /// Whether the operation reads rows `first` and `second`.
  boolean binary() {
    return switch (this) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MIN, MAX -> true;
      default -> false;
    };
  }

  /// The value of a unary or binary operation.
  double value(double a, double b) {
    return switch (this) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case SQUARE -> a * a;
      case SQRT -> Math.sqrt(a);
      case EXP -> Math.exp(a);
      case LOG -> Math.log(a);
      case SIN -> Math.sin(a);
      case COS -> Math.cos(a);
      case TANH -> Math.tanh(a);
      case ABS -> Math.abs(a);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case HOLD -> a;
      default -> throw new IllegalStateException(this + " has no operands");
    };
  }

  /// The derivative of the value with respect to a.
  double slopeOfFirst(double a, double b, double value) {
    return switch (this) {
      case ADD, SUBTRACT -> 1;
      case MULTIPLY -> b;
      case DIVIDE -> b == 0 ? 0 : 1 / b;
      case SQUARE -> 2 * a;
      case SQRT -> value == 0 ? 0 : 0.5 / value;
      case EXP -> value;
      case LOG -> 1 / a;
      case SIN -> Math.cos(a);
      case COS -> -Math.sin(a);
      case TANH -> 1 - value * value;
      case ABS -> Math.signum(a);
      case MIN -> a <= b ? 1 : 0;
      case MAX -> a >= b ? 1 : 0;
      case HOLD -> 0;
      default -> throw new IllegalStateException(this + " has no operands");
    };
  }

  /// The derivative of the value with respect to b.
  double slopeOfSecond(double a, double b, double value) {
    return switch (this) {
      case ADD -> 1;
      case SUBTRACT -> -1;
      case MULTIPLY -> a;
      case DIVIDE -> b == 0 ? 0 : -value / b;
      case MIN -> a <= b ? 0 : 1;
      case MAX -> a >= b ? 0 : 1;
      default -> 0;
    };
  }
}
