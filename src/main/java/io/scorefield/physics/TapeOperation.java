package io.scorefield.physics;

/// The operations of a {@link Tape}. `a` and `b` are the values of the operands.
///
/// Where a derivative does not exist or is infinite, the tape uses a defined subgradient: 0 for
/// `ABS` at 0 and for `SQRT` at 0; the first operand for `MIN` and `MAX` of equal values.
public enum TapeOperation {
  /// Component number `immediate` of the sample.
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
  MAX
}
