package io.scorefield.network.program;

/// The derivatives of elementwise operations of one value.
final class Slopes {
  private Slopes() {}

  /// g times the derivative of y = operation(a). The derivative of the root at 0 is taken to be 0.
  static Value times(ProgramBuilder builder, Row row, Value a, Value y, Value g) {
    return switch (row.operation()) {
      case SCALE -> builder.scale(g, row.immediate());
      case SHIFT -> g;
      case INVERSE -> builder.scale(builder.multiply(g, builder.square(y)), -1);
      case SQRT -> builder.scale(builder.multiply(g, builder.inverse(y)), 0.5);
      case EXP -> builder.multiply(g, y);
      case LOG -> builder.multiply(g, builder.inverse(a));
      case TANH -> builder.multiply(g, oneLess(builder, builder.square(y)));
      case LOGISTIC -> builder.multiply(g, builder.multiply(y, oneLess(builder, y)));
      case SOFTPLUS -> builder.multiply(g, builder.logistic(a));
      case SIN -> builder.multiply(g, builder.cos(a));
      case COS -> builder.scale(builder.multiply(g, builder.sin(a)), -1);
      default -> throw new IllegalStateException(row.operation() + " has no derivative here");
    };
  }

  /// 1 - x.
  static Value oneLess(ProgramBuilder builder, Value x) {
    return builder.shift(builder.scale(x, -1), 1);
  }
}
