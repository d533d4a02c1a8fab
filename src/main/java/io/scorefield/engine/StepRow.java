package io.scorefield.engine;

import io.scorefield.rng.NoiseStream;

/// One row of a {@link StepProgram}: at most one network evaluation and one update of the state.
///
/// With the state x[D] and the two registers `saved` (x at the start) and m (0 at the start), a row
/// does, in this order,
///
/// ```
/// o      = network(inputScale * x, timeFeatures)          (0 where no column needs it)
/// x0hat  = x0FromX * x + x0FromOutput * o
///          where the row clips: moved between the program's lowest and highest, and o is then the output that
///          belongs to it, o = (x0hat - x0FromX * x) / x0FromOutput
/// G      = gradient with respect to x of L(x0hat(x)) + objective * J(x0hat(x)), through the network
/// x'     = state * x + saved * saved + output * o + memory * m + noise * z
///          + projected * P(x0hat) - guidance * G
/// m'     = memoryDecay * m + memoryOutput * o - memoryGuidance * G
/// saved' = x where the row saves
/// ```
///
/// Where `solve` is positive, G is not the gradient of a loss but that of a Gaussian likelihood of the residuals r at
/// x0hat: with A = dr/dx0hat and K = dx0hat/dx,
///
/// ```
/// G = K^T (A^T v + g),   g = objective * gradient of J at x0hat,
/// (noiseVariance I + spread A C A^T) v = r - spread A C g
/// ```
///
/// where C is the unit matrix if the row is `flat`, else K, which is taken to be symmetric as that of an exact mean is.
/// v is found by as many iterations of conjugate gradients as `solve` says, at most one a residual.
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
/// L of the residuals, the objective J and the projection P belong to the {@link PhysicsTerm} of the call; z is normal number
/// noiseStep * D + d of the sample in stream `stream`.
///
/// @param time the noise level of the evaluation, for messages and for compiling guidance
/// @param timeAfter the noise level of the state after the row
/// @param endsStep whether the row completes a step of the sampler
public record StepRow(
    double time,
    double timeAfter,
    boolean endsStep,
    double[] timeFeatures,
    double inputScale,
    double state,
    double saved,
    double output,
    double memory,
    double noise,
    double projected,
    double guidance,
    double objective,
    double noiseVariance,
    double spread,
    double bound,
    double fallback,
    double memoryDecay,
    double memoryOutput,
    double memoryGuidance,
    double x0FromX,
    double x0FromOutput,
    boolean save,
    boolean clip,
    boolean flat,
    int solve,
    int noiseStep,
    NoiseStream stream) {
  /// By how much |b|^2 may exceed bound a . b.
  public static final double SLACK = 1.01;

  public StepRow {
    double[] all = {
      time, timeAfter, inputScale, state, saved, output, memory, noise, projected, guidance, objective,
      noiseVariance, spread, bound, fallback, memoryDecay, memoryOutput, memoryGuidance, x0FromX, x0FromOutput
    };
    for (double value : all) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "the row of a step program at noise level " + time + " holds a number that is not finite");
      }
    }
    for (double feature : timeFeatures) {
      if (!Double.isFinite(feature)) {
        throw new IllegalArgumentException(
            "the time features of noise level " + time + " are not finite");
      }
    }
    if (solve < 0 || (solve > 0 && !(noiseVariance > 0 && spread >= 0))) {
      throw new IllegalArgumentException(
          "a likelihood needs a positive variance of its noise and a spread that is not negative");
    }
    if (!(bound >= 0 && fallback >= 0) || (fallback > 0 && (solve == 0 || flat))) {
      throw new IllegalArgumentException(
          "a bound and a fallback must not be negative, and a fallback needs a likelihood whose covariance goes through "
              + "the network");
    }
    if (clip && x0FromOutput == 0) {
      throw new IllegalArgumentException("a row that clips needs an estimate that depends on the network");
    }
    if (solve > 0 && projected != 0) {
      throw new IllegalArgumentException("a row has a likelihood or a projection, not both");
    }
    if (noiseStep < 0) {
      throw new IllegalArgumentException("the noise step is " + noiseStep + "; it must be >= 0");
    }
  }

  /// Whether the gradient G enters the row.
  public boolean usesGradient() {
    return guidance != 0 || memoryGuidance != 0;
  }

  /// Whether the physics term enters the row.
  public boolean usesPhysics() {
    return usesGradient() || projected != 0;
  }

  /// Whether the network must be evaluated.
  public boolean usesNetwork() {
    return output != 0 || memoryOutput != 0 || (usesPhysics() && x0FromOutput != 0);
  }

  /// A builder that starts from a row which leaves the state as it is.
  public static Builder builder(double time, double timeAfter) {
    return new Builder(time, timeAfter);
  }

  /// A builder that starts from this row.
  public Builder toBuilder() {
    Builder builder = new Builder(time, timeAfter);
    builder.endsStep = endsStep;
    builder.timeFeatures = timeFeatures;
    builder.inputScale = inputScale;
    builder.state = state;
    builder.saved = saved;
    builder.output = output;
    builder.memory = memory;
    builder.noise = noise;
    builder.projected = projected;
    builder.guidance = guidance;
    builder.objective = objective;
    builder.noiseVariance = noiseVariance;
    builder.spread = spread;
    builder.bound = bound;
    builder.fallback = fallback;
    builder.clip = clip;
    builder.solve = solve;
    builder.flat = flat;
    builder.memoryDecay = memoryDecay;
    builder.memoryOutput = memoryOutput;
    builder.memoryGuidance = memoryGuidance;
    builder.x0FromX = x0FromX;
    builder.x0FromOutput = x0FromOutput;
    builder.save = save;
    builder.noiseStep = noiseStep;
    builder.stream = stream;
    return builder;
  }

  /// Names the columns where there are too many for a constructor call to be readable.
  public static final class Builder {
    private final double time;
    private final double timeAfter;
    private boolean endsStep = true;
    private double[] timeFeatures = {};
    private double inputScale = 1;
    private double state = 1;
    private double saved;
    private double output;
    private double memory;
    private double noise;
    private double projected;
    private double guidance;
    private double objective;
    private double noiseVariance;
    private double spread;
    private double bound;
    private double fallback;
    private boolean clip;
    private int solve;
    private boolean flat;
    private double memoryDecay = 1;
    private double memoryOutput;
    private double memoryGuidance;
    private double x0FromX = 1;
    private double x0FromOutput;
    private boolean save;
    private int noiseStep;
    private NoiseStream stream = NoiseStream.SAMPLER;

    private Builder(double time, double timeAfter) {
      this.time = time;
      this.timeAfter = timeAfter;
    }

    public Builder endsStep(boolean value) {
      endsStep = value;
      return this;
    }

    public Builder network(double[] features, double scale) {
      timeFeatures = features;
      inputScale = scale;
      return this;
    }

    public Builder state(double value) {
      state = value;
      return this;
    }

    public Builder saved(double value) {
      saved = value;
      return this;
    }

    public Builder output(double value) {
      output = value;
      return this;
    }

    public Builder memory(double value) {
      memory = value;
      return this;
    }

    public Builder noise(double value, int step) {
      noise = value;
      noiseStep = step;
      return this;
    }

    public Builder stream(NoiseStream value) {
      stream = value;
      return this;
    }

    public Builder projected(double value) {
      projected = value;
      return this;
    }

    public Builder guidance(double value) {
      guidance = value;
      return this;
    }

    /// The weight of the objective beside the loss of the residuals.
    public Builder objective(double value) {
      objective = value;
      return this;
    }

    /// Makes G that of a likelihood.
    ///
    /// @param variance of the residuals themselves
    /// @param ofEstimate the factor of the covariance of x0hat
    /// @param unit whether that covariance is a multiple of the unit matrix
    public Builder solve(int iterations, double variance, double ofEstimate, boolean unit) {
      solve = iterations;
      noiseVariance = variance;
      spread = ofEstimate;
      flat = unit;
      return this;
    }

    /// Keeps what goes back through the network within what an exact mean can have.
    ///
    /// @param length of dx0hat/dx at most; 0: whatever the network says
    public Builder bound(double length) {
      bound = length;
      return this;
    }

    /// The spread of samples whose covariance through the network is none; 0: there is no falling back.
    public Builder fallback(double ofEstimate) {
      fallback = ofEstimate;
      return this;
    }

    /// Keeps x0hat between the program's lowest and highest.
    public Builder clip(boolean value) {
      clip = value;
      return this;
    }

    public Builder memoryUpdate(double decay, double fromOutput) {
      memoryDecay = decay;
      memoryOutput = fromOutput;
      return this;
    }

    public Builder memoryGuidance(double value) {
      memoryGuidance = value;
      return this;
    }

    public Builder x0(double fromX, double fromOutput) {
      x0FromX = fromX;
      x0FromOutput = fromOutput;
      return this;
    }

    public Builder save(boolean value) {
      save = value;
      return this;
    }

    public StepRow build() {
      return new StepRow(
          time, timeAfter, endsStep, timeFeatures, inputScale, state, saved, output, memory, noise,
          projected, guidance, objective, noiseVariance, spread, bound, fallback, memoryDecay, memoryOutput,
          memoryGuidance, x0FromX, x0FromOutput, save, clip, flat, solve, noiseStep, stream);
    }
  }
}
