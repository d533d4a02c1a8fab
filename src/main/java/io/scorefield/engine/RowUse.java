package io.scorefield.engine;

/// What a row of a {@link StepProgram} needs beside its numbers. The order is that of the bits in the column
/// {@link StepColumn#USES}, as `Uses` in `kernels/include/tables.cuh` has them.
public enum RowUse {
  /// The network is evaluated.
  NETWORK,
  /// x0hat.
  ESTIMATE,
  /// G.
  GRADIENT,
  /// P(x0hat).
  PROJECTION,
  /// z.
  NOISE,
  /// The state before the row is saved.
  SAVES,
  /// x0hat depends on the network's output.
  ESTIMATES_BY_NETWORK,
  /// The covariance of x0hat is taken to be a multiple of the unit matrix.
  ISOTROPIC,
  /// x0hat is kept within the program's bounds.
  CLIPS,
  /// The state after the row is kept within the program's boundaries.
  CONFINES,
  /// The state is a proposal that is accepted or rejected.
  TESTS,
  /// The divergence of the network's output.
  DIVERGES,
  /// The register m before the row becomes e.
  SHIFTS,
  /// The output o of the row becomes `kept`.
  KEEPS,
  /// e enters the state.
  EARLIER,
  /// The state enters m.
  REMEMBERS,
  /// o is more than the network's output.
  COMBINES;

  /// The bit in the column.
  public int bit() {
    return 1 << ordinal();
  }

  /// The bits of a row that follow from its other columns.
  static int implied(double[] row) {
    boolean gradient = row[StepColumn.GUIDANCE.ordinal()] != 0 || row[StepColumn.MEMORY_GUIDANCE.ordinal()] != 0;
    boolean projection = row[StepColumn.PROJECTED.ordinal()] != 0;
    boolean byNetwork = row[StepColumn.X0_FROM_OUTPUT.ordinal()] != 0;
    boolean output = row[StepColumn.OUTPUT.ordinal()] != 0 || row[StepColumn.MEMORY_OUTPUT.ordinal()] != 0;
    boolean divergence = row[StepColumn.DIVERGENCE.ordinal()] != 0;
    boolean keeps = ((int) row[StepColumn.USES.ordinal()] & KEEPS.bit()) != 0;
    return (output || divergence || keeps || ((gradient || projection) && byNetwork) ? NETWORK.bit() : 0)
        | (gradient || projection ? ESTIMATE.bit() : 0)
        | (gradient ? GRADIENT.bit() : 0)
        | (projection ? PROJECTION.bit() : 0)
        | (row[StepColumn.NOISE.ordinal()] != 0 ? NOISE.bit() : 0)
        | (byNetwork ? ESTIMATES_BY_NETWORK.bit() : 0)
        | (row[StepColumn.INVERSE_TEMPERATURE.ordinal()] != 0 ? TESTS.bit() : 0)
        | (divergence ? DIVERGES.bit() : 0)
        | (row[StepColumn.EARLIER.ordinal()] != 0 ? EARLIER.bit() : 0)
        | (row[StepColumn.MEMORY_STATE.ordinal()] != 0 ? REMEMBERS.bit() : 0)
        | (row[StepColumn.GAIN.ordinal()] != 1 || row[StepColumn.CARRY.ordinal()] != 0 ? COMBINES.bit() : 0);
  }
}
