package io.scorefield.bench;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.TrainingSession;
import io.scorefield.train.DivergenceException;
import io.scorefield.train.Trainer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/// Whether an engine gives the reference engine's answers on a small case of the work it is timed with.
public final class EngineCheck {
  /// Not a multiple of any tile.
  private static final int SAMPLES = 65;

  private static final int STEPS = 5;

  /// Largest |difference| / (1 + |value|) of a sample: in the median, and at the 95th percentile (paths
  /// may part where a gradient changes its sign).
  private static final double MEDIAN_TOLERANCE = 1e-3;

  private static final double TAIL_TOLERANCE = 1e-2;

  /// Half precision of 11 bits is held to these tolerances; what is coarser gets as much more.
  private static final double FINE_ROUNDING = 0x1p-12;

  /// Largest relative difference of a loss.
  private static final double LOSS_TOLERANCE = 1e-4;

  private EngineCheck() {}

  /// What is wrong with the engine's samples; empty: nothing.
  public static Optional<String> sampling(
      Workload work, String method, Engine engine, Engine reference) {
    return guarded(
        () ->
            samples(
                samples(work, method, engine), samples(work, method, reference), engine.coarsestRounding()));
  }

  /// Compares samples of float32 arithmetic one by one.
  public static Optional<String> samples(float[] actual, float[] expected) {
    return samples(actual, expected, FINE_ROUNDING);
  }

  /// Compares samples one by one.
  ///
  /// @param rounding the largest relative error that the actual ones were rounded with
  public static Optional<String> samples(float[] actual, float[] expected, double rounding) {
    double coarser = Math.max(1, rounding / FINE_ROUNDING);
    double[] differences = new double[actual.length];
    for (int i = 0; i < actual.length; i++) {
      differences[i] = Math.abs(actual[i] - (double) expected[i]) / (1 + Math.abs(expected[i]));
    }
    Arrays.sort(differences); // what is not a number comes last
    double median = differences[differences.length / 2];
    double tail = differences[differences.length * 95 / 100];
    double largest = differences[differences.length - 1];
    return median <= coarser * MEDIAN_TOLERANCE && tail <= coarser * TAIL_TOLERANCE && Double.isFinite(largest)
        ? Optional.empty()
        : Optional.of(
            "samples differ from the reference by " + (float) median + " in the median, "
                + (float) tail + " at the 95th percentile, " + (float) largest + " at most");
  }

  /// An engine that cannot do the work at all fails the check as well.
  private static Optional<String> guarded(Supplier<Optional<String>> check) {
    try {
      return check.get();
    } catch (EngineException | DivergenceException | IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static float[] samples(Workload work, String method, Engine engine) {
    int dimension = work.architecture().dimension();
    float[] all = new float[SAMPLES * dimension];
    work.sample(
        engine, method, SAMPLES,
        (first, count, block) ->
            System.arraycopy(block, 0, all, (int) first * dimension, count * dimension));
    return all;
  }

  /// What is wrong with the engine's training at its first steps; empty: nothing.
  public static Optional<String> training(Workload work, int batch, Engine engine, Engine reference) {
    int steps = batch > 1000 ? 2 : STEPS;
    return guarded(
        () -> losses(losses(work, batch, steps, engine), losses(work, batch, steps, reference)));
  }

  /// Compares losses one by one.
  public static Optional<String> losses(double[] actual, double[] expected) {
    for (int k = 0; k < expected.length; k++) {
      if (!(Math.abs(actual[k] - expected[k]) <= LOSS_TOLERANCE * Math.abs(expected[k]))) {
        return Optional.of(
            "the loss of step " + (k + 1) + " is " + (float) actual[k] + ", the reference's "
                + (float) expected[k]);
      }
    }
    return Optional.empty();
  }

  private static double[] losses(Workload work, int batch, int steps, Engine engine) {
    try (Trainer trainer = work.trainer(engine, batch)) {
      TrainingSession.Losses losses = trainer.advance(steps);
      double[] both = Arrays.copyOf(losses.data(), losses.data().length);
      // A law's loss may be near 0 beside the data's.
      Arrays.setAll(both, k -> both[k] + losses.physics()[k]);
      return both;
    }
  }
}
