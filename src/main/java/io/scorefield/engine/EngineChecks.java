package io.scorefield.engine;

import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;

/// What every engine checks of its arguments, so that no call can lead it astray.
public final class EngineChecks {
  private EngineChecks() {}

  /// Checks a call of {@link Engine#forwardNoise} and returns D.
  ///
  /// @throws IllegalArgumentException when the arrays do not fit each other
  public static int requireForwardNoise(NoiseTable table, int[] row, float[] x0, float[] xt) {
    requirePoints(row.length, x0, xt);
    for (int r : row) {
      if (r < 0 || r >= table.rows()) {
        throw new IllegalArgumentException("the noise table has no row " + r);
      }
    }
    return row.length == 0 ? 1 : x0.length / row.length;
  }

  /// Checks a call of {@link Engine#evaluate} and returns the number of points.
  ///
  /// @throws IllegalArgumentException when the arrays do not fit each other
  public static int requireEvaluate(
      Network network, float[] x, double[] timeFeatures, float[] output) {
    int dimension = network.architecture().dimension();
    if (timeFeatures.length != network.architecture().timeFeatures()) {
      throw new IllegalArgumentException(
          "the network takes " + network.architecture().timeFeatures() + " time features, not "
              + timeFeatures.length);
    }
    if (x.length % dimension != 0) {
      throw new IllegalArgumentException(x.length + " numbers are not points of " + dimension);
    }
    int points = x.length / dimension;
    requirePoints(points, x, output);
    return points;
  }

  private static void requirePoints(int points, float[] from, float[] to) {
    if (from.length != to.length || (points > 0 && from.length % points != 0)) {
      throw new IllegalArgumentException(
          points + " points do not fit " + from.length + " and " + to.length + " numbers");
    }
  }

  /// @throws IllegalArgumentException when the parts of a sampling call do not fit each other
  public static void requireSample(
      Network network, StepProgram program, PhysicsTerm physics, SampleRequest request) {
    int dimension = network.architecture().dimension();
    if (program.networkEvaluations() > 0
        && program.featureCount() != network.architecture().timeFeatures()) {
      throw new IllegalArgumentException(
          "the program has " + program.featureCount() + " time features, the network takes "
              + network.architecture().timeFeatures());
    }
    if (program.usesPhysics() && physics.tape().isEmpty()) {
      throw new IllegalArgumentException("the program uses physics, but there is no constraint");
    }
    if (physics.tape().isPresent() && physics.tape().get().inputs() != dimension) {
      throw new IllegalArgumentException(
          "the constraint is for " + physics.tape().get().inputs() + " components, the network has "
              + dimension);
    }
    if (program.testingRows() > 0 && program.rows().stream().anyMatch(row -> row.fallback() > 0)) {
      throw new IllegalArgumentException("a program tests proposals or has likelihoods that fall back, not both");
    }
    for (StepRow row : program.rows()) {
      double signs = (row.noiseStep() + 1.0) * row.probes() * dimension;
      if (signs > NoiseSource.SIGNS_PER_SAMPLE) {
        throw new IllegalArgumentException(
            "a row asks for " + row.probes() + " directions with the noise step " + row.noiseStep()
                + ", which leaves the stream of a sample");
      }
      if (row.end(dimension) > dimension || row.from() >= dimension) {
        throw new IllegalArgumentException(
            "a row changes components " + row.from() + " to " + row.end(dimension) + " of " + dimension);
      }
    }
    if (program.given().length > dimension) {
      throw new IllegalArgumentException(
          "the program gives " + program.given().length + " conditions, the network has " + dimension + " components");
    }
    if (program.lowest().length != 0 && program.lowest().length != dimension) {
      throw new IllegalArgumentException(
          "the program has bounds for " + program.lowest().length + " components, the network has "
              + dimension);
    }
    if (request.initial().isPresent()
        && request.initial().get().length != request.count() * dimension) {
      throw new IllegalArgumentException(
          "the initial states are " + request.initial().get().length + " numbers, not "
              + request.count() + " x " + dimension);
    }
    for (int row : request.snapshots()) {
      if (row < -1 || row >= program.rows().size()) {
        throw new IllegalArgumentException("the program has no row " + row + " to take a snapshot of");
      }
    }
  }

  /// @throws IllegalArgumentException when the state is that of another network
  public static void requireTraining(TrainingPlan plan, TrainingState state) {
    if (state.parameters().length != plan.architecture().parameterCount()) {
      throw new IllegalArgumentException(
          "the stored state has " + state.parameters().length + " parameters, the network "
              + plan.architecture().parameterCount());
    }
  }

  /// Checks a call of {@link TrainingSession#advance}.
  ///
  /// @throws IllegalArgumentException when the examples do not fit the steps or the data
  public static void requireExamples(TrainingPlan plan, int[] examples, double[] learningRates) {
    int steps = learningRates.length;
    if (examples.length != (long) steps * plan.batch()) {
      throw new IllegalArgumentException(
          steps + " steps need " + (long) steps * plan.batch() + " examples, not "
              + examples.length);
    }
    for (int example : examples) {
      if (example < 0 || example >= plan.points()) {
        throw new IllegalArgumentException("there is no data point " + example);
      }
    }
  }

  /// Tells the sink what engines count: likelihoods that fell back, and rejected proposals where the program tests some.
  public static void count(StepProgram program, long times, SampleSink sink) {
    if (program.testingRows() > 0) {
      sink.rejected(times);
    } else {
      sink.fellBack(times);
    }
  }

  /// What to say of a sample that is not finite any more.
  public static NotFiniteException notFinite(long sample, int row, StepProgram program) {
    return new NotFiniteException(sample, row, program.rows().get(row).time());
  }
}
