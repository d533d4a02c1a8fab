package io.scorefield.engine;

import io.scorefield.rng.NoiseStream;
import java.util.Arrays;

/// One row of a {@link StepProgram}: at most one network evaluation and one update of the state.
///
/// With the state `x[D]` and the registers `saved` (x at the start), m, e and `kept` (0 at the start), a row does, in this
/// order,
///
/// ```
/// o      = gain * network(inputScale * x, timeFeatures) + carry * kept          (0 where no column needs it)
/// kept'  = o where the row keeps
/// x0hat  = x0FromX * x + x0FromOutput * o
///          where the row clips: moved between the program's lowest and highest, and o is then the output that
///          belongs to it, o = (x0hat - x0FromX * x) / x0FromOutput
/// G      = gradient with respect to x of loss * L(x0hat(x)) + objective * J(x0hat(x)), through the network
/// x'     = state * x + saved * saved + output * o + memory * m + earlier * e + noise * z
///          + projected * P(x0hat) - guidance * G
/// m'     = memoryDecay * m + memoryOutput * o + memoryState * x - memoryGuidance * G
/// e'     = m where the row shifts
/// saved' = x where the row saves
/// ```
///
/// Components before `from`, and from `to` on where that is not 0, stay as they are, and so do their m and e; a row that
/// saves saves them too. For the network they are conditions: it is given `condition` times them, without the input
/// scale, x0hat of them is x itself, and G of them is 0. Derivatives of the {@link PhysicsTerm} with respect to them must be 0
/// ({@link io.scorefield.physics.TapeOperation#HOLD}). Where the row confines, x' is then kept within the {@link Boundary} of every component that has changed, and a sample that has been
/// absorbed before stays as it is.
///
/// Where `inverseTemperature` is positive the row is a Metropolis test and nothing else: x is a proposal for the step
/// from `saved`, and x' = x where ln u < a, else saved, with
///
/// ```
/// a = inverseTemperature * (J(saved) - J(x) + (x - saved) . (g(saved) + g(x)) / 2
///                           + proposalStep / 4 * (|g(saved)|^2 - |g(x)|^2))
/// ```
///
/// where g is the gradient of the objective J alone, sums are over the components that the row may change, and u is
/// uniform number noiseStep of the stream. That is the ratio of Metropolis and Hastings for the proposal
/// x = saved - h g(saved) + sqrt(2 h / inverseTemperature) z with h = proposalStep (Roberts and Tweedie 1996). Where
/// proposalStep is 0 the proposal is symmetric: a = inverseTemperature * (J(saved) - J(x)). Where a is no number the
/// proposal is rejected. Rejected ones are counted ({@link SampleSink#rejected}).
///
/// Where `iterations` is positive, G is not the gradient of a loss but that of a Gaussian likelihood of the residuals r at
/// x0hat: with A = dr/dx0hat and K = dx0hat/dx,
///
/// ```
/// G = K^T (A^T v + g),   g = objective * gradient of J at x0hat,
/// (noiseVariance I + spread A C A^T) v = r - spread A C g
/// ```
///
/// where C is the unit matrix if the row is `isotropic`, else K, which is taken to be symmetric as that of an exact mean is.
/// v is found by as many iterations of conjugate gradients as `iterations` says, at most one a residual.
///
/// K is that of a network, which need not be the derivative of a mean. Three columns keep it within what an exact mean
/// can have:
///
/// - Where x0hat was clipped, its component of K is 0.
/// - Where `bound` is positive, K^T g is scaled down to the length bound |g|.
/// - Where `fallback` is positive, a sample for which C = K turns out not to be a covariance is solved for again with the
///   unit matrix and the spread `fallback`, and counted ({@link SampleSink#fellBack}). C is none if in some iteration,
///   with the direction p, a = A^T p and b = K^T a: a . b < 0, or where there is a bound |b|^2 > bound a . b (a symmetric positive matrix with
///   no eigenvalue above `bound` has neither), or if the equation's remainder ends larger than it began.
///
/// Beside the state a sample has one number l, 0 at the start, which rows add divergences to:
///
/// ```
/// l' = l + divergence * sum over the components d that the row changes of do_d / dx_d
/// ```
///
/// where o is a function of x through inputScale * x. Where `probes` is 0 the sum is exact, by a product with the transposed
/// Jacobian for every component. Otherwise it is the mean of v . (do/dx) v over so many directions v of signs, which has the
/// sum for its expectation (Hutchinson 1990; Grathwohl et al. 2019). The sign of component d of direction p is number
/// (noiseStep * probes + p) * D + d of the sample's signs in the stream PROBE, and 0 where the row does not change d; so the
/// directions know nothing of z, and rows that ask for the same numbers have the same directions. l goes to
/// {@link SampleSink#divergence}.
///
/// L of the residuals, the objective J and the projection P belong to the {@link PhysicsTerm} of the call; z is normal number
/// noiseStep * D + d of the sample in stream `stream`.
///
/// @param time the noise level of the evaluation, for messages and for compiling guidance
/// @param timeAfter the noise level of the state after the row
/// @param role for what is done with a program, not for engines
/// @param columns the numbers, in the order of {@link StepColumn}
public record StepRow(double time, double timeAfter, RowRole role, double[] timeFeatures, double[] columns) {
  /// By how much |b|^2 may exceed bound a . b.
  public static final double SLACK = 1.01;

  public StepRow(double time, double timeAfter, RowRole role, double[] timeFeatures, double[] columns) {
    this.time = time;
    this.timeAfter = timeAfter;
    this.role = role;
    this.timeFeatures = timeFeatures.clone();
    this.columns = columns.clone();
    require(columns.length == StepColumn.values().length, columns.length + " numbers are not a row's columns");
    require(
        Double.isFinite(time + timeAfter) && Arrays.stream(columns).allMatch(Double::isFinite),
        "the row of a step program at noise level " + time + " holds a number that is not finite");
    require(
        Arrays.stream(timeFeatures).allMatch(Double::isFinite),
        "the time features of noise level " + time + " are not finite");
    int uses = (int) columns[StepColumn.USES.ordinal()] | RowUse.implied(columns);
    this.columns[StepColumn.USES.ordinal()] = uses;
    check();
  }

  /// A copy, as of the columns.
  @Override
  public double[] timeFeatures() {
    return timeFeatures.clone();
  }

  @Override
  public double[] columns() {
    return columns.clone();
  }

  private void check() {
    for (StepColumn column : StepColumn.values()) {
      if (column.integer() && !(get(column) >= 0 && get(column) == (int) get(column))) {
        throw new IllegalArgumentException(
            "the column " + column + " is " + get(column) + "; it must be a whole number >= 0");
      }
    }
    boolean likelihood = iterations() > 0;
    require(
        !likelihood || (noiseVariance() > 0 && spread() >= 0),
        "a likelihood needs a positive variance of its noise and a spread that is not negative");
    require(
        bound() >= 0 && fallback() >= 0 && (fallback() == 0 || (likelihood && !isotropic())),
        "a bound and a fallback must not be negative, and a fallback needs a likelihood whose covariance goes through "
            + "the network");
    require(
        !clip() || uses(RowUse.ESTIMATES_BY_NETWORK),
        "a row that clips needs an estimate that depends on the network");
    require(!likelihood || !uses(RowUse.PROJECTION), "a row has a likelihood or a projection, not both");
    require(to() == 0 || to() > from(), "a row that changes components " + from() + " to " + to() + " changes none");
    require(
        inverseTemperature() >= 0 && proposalStep() >= 0,
        "the inverse temperature of a test and the step of its proposal must not be negative");
    require(!tests() || testsOnly(), "a row that tests a proposal does nothing else");
    require(
        !diverges() || !(clip() || usesPhysics() || confines()),
        "a row with a divergence has that of the network's output alone: it cannot clip, guide, project or confine, which "
            + "change the state by more than the output");
    require(diverges() || probes() == 0, "a row without a divergence has nothing to probe");
    require(
        !combines() || !(usesGradient() || diverges()),
        "a row that combines evaluations has no gradient and no divergence: they would have to go back through all of "
            + "these evaluations, and the network remembers one");
  }

  private boolean testsOnly() {
    boolean moves =
        state() != 1 || saved() != 0 || memory() != 0 || memoryDecay() != 1
            || (uses(RowUse.EARLIER) || uses(RowUse.REMEMBERS) || shifts())
            || (uses(RowUse.NETWORK) || uses(RowUse.ESTIMATE) || uses(RowUse.NOISE) || save() || clip());
    return !moves && !uses(RowUse.CONFINES);
  }

  private static void require(boolean fine, String otherwise) {
    if (!fine) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /// The number of a column.
  public double get(StepColumn column) {
    return columns[column.ordinal()];
  }

  /// Whether the row needs something beside its numbers.
  public boolean uses(RowUse use) {
    return ((int) get(StepColumn.USES) & use.bit()) != 0;
  }

  /// Whether the state is at the noise level `timeAfter` after the row, and not on the way there.
  public boolean endsStep() {
    return role != RowRole.STAGE;
  }

  /// Whether the gradient G enters the row.
  public boolean usesGradient() {
    return uses(RowUse.GRADIENT);
  }

  /// Whether the physics term enters the row.
  public boolean usesPhysics() {
    return uses(RowUse.ESTIMATE);
  }

  /// Whether the network must be evaluated.
  public boolean usesNetwork() {
    return uses(RowUse.NETWORK);
  }

  /// x0hat of one component, as the network says it.
  ///
  /// @param output o; not read where x0hat does not depend on it
  public double x0hat(double x, double output) {
    double x0hat = x0FromX() * x;
    return uses(RowUse.ESTIMATES_BY_NETWORK) ? x0hat + x0FromOutput() * output : x0hat;
  }

  /// The output o that belongs to x0hat of one component.
  public double outputOf(double x0hat, double x) {
    return (x0hat - x0FromX() * x) / x0FromOutput();
  }

  // The columns by the names that they have in formulas.

  public double inputScale() {
    return get(StepColumn.INPUT_SCALE);
  }

  public double condition() {
    return get(StepColumn.CONDITION);
  }

  public double gain() {
    return get(StepColumn.GAIN);
  }

  public double carry() {
    return get(StepColumn.CARRY);
  }

  public double state() {
    return get(StepColumn.STATE);
  }

  public double saved() {
    return get(StepColumn.SAVED);
  }

  public double output() {
    return get(StepColumn.OUTPUT);
  }

  public double memory() {
    return get(StepColumn.MEMORY);
  }

  public double earlier() {
    return get(StepColumn.EARLIER);
  }

  public double noise() {
    return get(StepColumn.NOISE);
  }

  public double projected() {
    return get(StepColumn.PROJECTED);
  }

  public double guidance() {
    return get(StepColumn.GUIDANCE);
  }

  public double loss() {
    return get(StepColumn.LOSS);
  }

  public double objective() {
    return get(StepColumn.OBJECTIVE);
  }

  public double noiseVariance() {
    return get(StepColumn.NOISE_VARIANCE);
  }

  public double spread() {
    return get(StepColumn.SPREAD);
  }

  public double bound() {
    return get(StepColumn.BOUND);
  }

  public double fallback() {
    return get(StepColumn.FALLBACK);
  }

  public double memoryDecay() {
    return get(StepColumn.MEMORY_DECAY);
  }

  public double memoryOutput() {
    return get(StepColumn.MEMORY_OUTPUT);
  }

  public double memoryState() {
    return get(StepColumn.MEMORY_STATE);
  }

  public double memoryGuidance() {
    return get(StepColumn.MEMORY_GUIDANCE);
  }

  public double inverseTemperature() {
    return get(StepColumn.INVERSE_TEMPERATURE);
  }

  public double proposalStep() {
    return get(StepColumn.PROPOSAL_STEP);
  }

  public double x0FromX() {
    return get(StepColumn.X0_FROM_X);
  }

  public double x0FromOutput() {
    return get(StepColumn.X0_FROM_OUTPUT);
  }

  public boolean save() {
    return uses(RowUse.SAVES);
  }

  /// Whether m before the row becomes e.
  public boolean shifts() {
    return uses(RowUse.SHIFTS);
  }

  /// Whether o is kept.
  public boolean keeps() {
    return uses(RowUse.KEEPS);
  }

  /// Whether o is more than the network's output.
  public boolean combines() {
    return uses(RowUse.COMBINES);
  }

  public boolean clip() {
    return uses(RowUse.CLIPS);
  }

  public boolean confines() {
    return uses(RowUse.CONFINES);
  }

  public boolean tests() {
    return uses(RowUse.TESTS);
  }

  public int from() {
    return (int) get(StepColumn.FROM);
  }

  public int to() {
    return (int) get(StepColumn.TO);
  }

  /// The component behind the last that the row changes.
  ///
  /// @param dimension D
  public int end(int dimension) {
    return to() == 0 ? dimension : to();
  }

  /// Whether the row changes a component.
  ///
  /// @param dimension D
  public boolean changes(int component, int dimension) {
    return component >= from() && component < end(dimension);
  }

  public double divergence() {
    return get(StepColumn.DIVERGENCE);
  }

  public int probes() {
    return (int) get(StepColumn.PROBES);
  }

  /// Whether the row adds a divergence to l.
  public boolean diverges() {
    return uses(RowUse.DIVERGES);
  }

  /// How many products with the transposed Jacobian the row's divergence takes.
  ///
  /// @param dimension D
  public int directions(int dimension) {
    return !diverges() ? 0 : probes() > 0 ? probes() : end(dimension) - from();
  }

  public boolean isotropic() {
    return uses(RowUse.ISOTROPIC);
  }

  public int iterations() {
    return (int) get(StepColumn.ITERATIONS);
  }

  public int noiseStep() {
    return (int) get(StepColumn.NOISE_STEP);
  }

  public NoiseStream stream() {
    return NoiseStream.of((int) get(StepColumn.STREAM));
  }

  /// A builder that starts from a row which leaves the state as it is.
  public static StepRowBuilder builder(double time, double timeAfter) {
    return new StepRowBuilder(time, timeAfter);
  }

  /// A builder that starts from this row.
  public StepRowBuilder toBuilder() {
    return new StepRowBuilder(this);
  }
}
