package io.scorefield.engine;

import io.scorefield.rng.NoiseStream;

/// Makes a {@link StepRow} column by column. `set` sets any of them; the other methods put together what belongs together.
public final class StepRowBuilder {
  private final double time;
  private final double timeAfter;
  private RowRole role = RowRole.STEP;
  private double[] timeFeatures = {};
  private final double[] columns;

  StepRowBuilder(double time, double timeAfter) {
    this.time = time;
    this.timeAfter = timeAfter;
    columns = Column.ordinary(StepColumn.values());
  }

  StepRowBuilder(StepRow row) {
    time = row.time();
    timeAfter = row.timeAfter();
    role = row.role();
    timeFeatures = row.timeFeatures();
    columns = row.columns();
    // What follows from the other columns is found anew.
    columns[StepColumn.USES.ordinal()] = (int) columns[StepColumn.USES.ordinal()] & ~RowUse.implied(columns);
  }

  public StepRowBuilder set(StepColumn column, double value) {
    columns[column.ordinal()] = value;
    return this;
  }

  private StepRowBuilder use(RowUse use, boolean value) {
    int bits = (int) columns[StepColumn.USES.ordinal()];
    return set(StepColumn.USES, value ? bits | use.bit() : bits & ~use.bit());
  }

  public StepRowBuilder role(RowRole value) {
    role = value;
    return this;
  }

  public StepRowBuilder network(double[] features, double scale) {
    timeFeatures = features;
    return set(StepColumn.INPUT_SCALE, scale);
  }

  /// What conditions are multiplied with on their way into the network.
  public StepRowBuilder condition(double value) {
    return set(StepColumn.CONDITION, value);
  }

  /// Makes o the sum of gain times the network's output and carry times what was kept.
  public StepRowBuilder combine(double gain, double carry) {
    return set(StepColumn.GAIN, gain).set(StepColumn.CARRY, carry);
  }

  /// Keeps o for a later row.
  public StepRowBuilder keep(boolean value) {
    return use(RowUse.KEEPS, value);
  }

  public StepRowBuilder state(double value) {
    return set(StepColumn.STATE, value);
  }

  public StepRowBuilder saved(double value) {
    return set(StepColumn.SAVED, value);
  }

  public StepRowBuilder output(double value) {
    return set(StepColumn.OUTPUT, value);
  }

  public StepRowBuilder memory(double value) {
    return set(StepColumn.MEMORY, value);
  }

  public StepRowBuilder earlier(double value) {
    return set(StepColumn.EARLIER, value);
  }

  /// Makes e what m is before the row.
  public StepRowBuilder shift(boolean value) {
    return use(RowUse.SHIFTS, value);
  }

  public StepRowBuilder noise(double value, int step) {
    return set(StepColumn.NOISE, value).set(StepColumn.NOISE_STEP, step);
  }

  public StepRowBuilder stream(NoiseStream value) {
    return set(StepColumn.STREAM, value.id());
  }

  public StepRowBuilder projected(double value) {
    return set(StepColumn.PROJECTED, value);
  }

  public StepRowBuilder guidance(double value) {
    return set(StepColumn.GUIDANCE, value);
  }

  public StepRowBuilder loss(double value) {
    return set(StepColumn.LOSS, value);
  }

  public StepRowBuilder objective(double value) {
    return set(StepColumn.OBJECTIVE, value);
  }

  /// Makes G that of a likelihood.
  ///
  /// @param iterations of its solver
  /// @param variance of the residuals themselves
  /// @param spread the factor of the covariance of x0hat
  /// @param isotropic whether that covariance is a multiple of the unit matrix
  public StepRowBuilder likelihood(int iterations, double variance, double spread, boolean isotropic) {
    return set(StepColumn.ITERATIONS, iterations)
        .set(StepColumn.NOISE_VARIANCE, variance)
        .set(StepColumn.SPREAD, spread)
        .use(RowUse.ISOTROPIC, isotropic);
  }

  public StepRowBuilder bound(double length) {
    return set(StepColumn.BOUND, length);
  }

  public StepRowBuilder fallback(double spread) {
    return set(StepColumn.FALLBACK, spread);
  }

  /// Keeps x0hat between the program's lowest and highest.
  public StepRowBuilder clip(boolean value) {
    return use(RowUse.CLIPS, value);
  }

  public StepRowBuilder memoryUpdate(double decay, double fromOutput) {
    return set(StepColumn.MEMORY_DECAY, decay).set(StepColumn.MEMORY_OUTPUT, fromOutput);
  }

  public StepRowBuilder memoryState(double value) {
    return set(StepColumn.MEMORY_STATE, value);
  }

  public StepRowBuilder memoryGuidance(double value) {
    return set(StepColumn.MEMORY_GUIDANCE, value);
  }

  public StepRowBuilder x0(double fromX, double fromOutput) {
    return set(StepColumn.X0_FROM_X, fromX).set(StepColumn.X0_FROM_OUTPUT, fromOutput);
  }

  public StepRowBuilder save(boolean value) {
    return use(RowUse.SAVES, value);
  }

  /// Keeps the state within the program's boundaries.
  public StepRowBuilder confine(boolean value) {
    return use(RowUse.CONFINES, value);
  }

  /// Makes the row a Metropolis test.
  ///
  /// @param proposalStep of a Langevin proposal; 0: the proposal is symmetric
  /// @param uniform number of the uniform in the stream
  public StepRowBuilder test(double inverseTemperature, double proposalStep, int uniform) {
    return set(StepColumn.INVERSE_TEMPERATURE, inverseTemperature)
        .set(StepColumn.PROPOSAL_STEP, proposalStep)
        .set(StepColumn.NOISE_STEP, uniform)
        .stream(NoiseStream.ACCEPTANCE);
  }

  /// Adds the divergence of the network's output to l.
  ///
  /// @param factor of the divergence
  /// @param probes directions that it is estimated from; 0: it is exact
  public StepRowBuilder divergence(double factor, int probes) {
    return set(StepColumn.DIVERGENCE, factor).set(StepColumn.PROBES, probes);
  }

  /// Leaves the components before `first` and from `end` on as they are.
  public StepRowBuilder components(int first, int end) {
    return set(StepColumn.FROM, first).set(StepColumn.TO, end);
  }

  public StepRow build() {
    return new StepRow(time, timeAfter, role, timeFeatures, columns);
  }
}
