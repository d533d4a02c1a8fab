package io.scorefield.engine;

/// The columns of a {@link StepRow}, which has the formulas. An ordinary row leaves the state as it is.
public enum StepColumn implements Column {
  /// Of the state, on its way into the network.
  INPUT_SCALE(1),
  /// Of conditions, on their way into the network; 0: it is told none.
  CONDITION(1),
  /// Of the network's output in o.
  GAIN(1),
  /// Of the register `kept` in o.
  CARRY(0),
  /// Of x in x'.
  STATE(1),
  /// Of the register `saved` in x'.
  SAVED(0),
  /// Of o in x'.
  OUTPUT(0),
  /// Of the register m in x'.
  MEMORY(0),
  /// Of the register e in x'.
  EARLIER(0),
  /// Of z in x'.
  NOISE(0),
  /// Of P(x0hat) in x'.
  PROJECTED(0),
  /// Of G in x', where it is taken off.
  GUIDANCE(0),
  /// The weight of the loss of the residuals in G.
  LOSS(1),
  /// The weight of the objective beside the loss of the residuals.
  OBJECTIVE(0),
  /// Of the residuals themselves, where G is that of a likelihood.
  NOISE_VARIANCE(0),
  /// The factor of the covariance of x0hat.
  SPREAD(0),
  /// Of the length of dx0hat/dx; 0: whatever the network says.
  BOUND(0),
  /// The spread of samples whose covariance through the network is none; 0: there is no falling back.
  FALLBACK(0),
  /// Of m in m'.
  MEMORY_DECAY(1),
  /// Of o in m'.
  MEMORY_OUTPUT(0),
  /// Of x in m'.
  MEMORY_STATE(0),
  /// Of G in m', where it is taken off.
  MEMORY_GUIDANCE(0),
  /// Of x in x0hat.
  X0_FROM_X(1),
  /// Of o in x0hat.
  X0_FROM_OUTPUT(0),
  /// The inverse temperature of a Metropolis test; 0: there is none.
  INVERSE_TEMPERATURE(0),
  /// The step of the Langevin proposal that is tested; 0: the proposal is symmetric.
  PROPOSAL_STEP(0),
  /// Of the divergence of the network's output in l'.
  DIVERGENCE(0),
  /// A bit for each {@link RowUse}.
  USES(0, true),
  /// Which numbers of the stream z is.
  NOISE_STEP(0, true),
  /// Where z comes from: {@link io.scorefield.rng.NoiseStream#id()}.
  STREAM(1, true),
  /// Of the likelihood's solver; 0: G is the gradient of the loss.
  ITERATIONS(0, true),
  /// The first component that the row changes.
  FROM(0, true),
  /// The component behind the last that the row changes; 0: all behind the first.
  TO(0, true),
  /// How many directions the divergence is estimated from; 0: it is exact.
  PROBES(0, true);

  private final double ordinary;
  private final boolean integer;

  StepColumn(double ordinary) {
    this(ordinary, false);
  }

  StepColumn(double ordinary, boolean integer) {
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
