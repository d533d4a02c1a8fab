package io.scorefield.engine;

/// The columns of a {@link NoiseTable}, which has the formulas. An ordinary row has no part in the loss.
public enum NoiseColumn implements Column {
  /// Of x_0 in x_t.
  ALPHA(0),
  /// Of eps in x_t.
  SIGMA(0),
  /// Of the state, on its way into the network.
  INPUT_SCALE(1),
  /// Of conditions, on their way into the network; 0: the example is one without conditions.
  CONDITION(1),
  /// Of x_0 in the target.
  TARGET_X0(0),
  /// Of eps in the target.
  TARGET_EPS(0),
  /// Of the squared error of the network's output.
  WEIGHT(0),
  /// Of the state in x*.
  X0_FROM_X(0),
  /// Of the network's output in x*.
  X0_FROM_OUTPUT(0),
  /// Of half the squared residuals.
  PHYSICS_WEIGHT(0),
  /// Beyond which residuals have no gradient; 0: nowhere.
  PHYSICS_LIMIT(0),
  /// Of the objective.
  OBJECTIVE_WEIGHT(0),
  /// Of x_t in x'.
  NEXT_FROM_X(0),
  /// Of the network's output in x'.
  NEXT_FROM_OUTPUT(0),
  /// The row of the second evaluation; -1: there is none.
  NEXT(-1, true);

  /// How many there are.
  static final int COUNT = values().length;

  private final double ordinary;
  private final boolean integer;

  NoiseColumn(double ordinary) {
    this(ordinary, false);
  }

  NoiseColumn(double ordinary, boolean integer) {
    this.ordinary = ordinary;
    this.integer = integer;
  }

  @Override
  public double ordinary() {
    return ordinary;
  }

  @Override
  public boolean integer() {
    return integer;
  }
}
