package io.scorefield.bench;

import io.scorefield.engine.Engine;
import io.scorefield.train.Trainer;
import java.util.Arrays;
import java.util.Optional;

/// Whether an engine gives the reference engine's answers on a small case of the work it is timed with.
public final class EngineCheck {
  /// Not a multiple of any tile.
  private static final int SAMPLES = 65;

  private static final int STEPS = 5;

  /// Largest median of |difference| / (1 + |value|) over the samples.
  private static final double SAMPLE_TOLERANCE = 1e-3;

  /// Largest relative difference of a loss.
  private static final double LOSS_TOLERANCE = 1e-4;

  private EngineCheck() {}

  /// What is wrong with the engine's samples; empty: nothing.
  public static Optional<String> sampling(
      Workload work, String method, Engine engine, Engine reference) {
    return samples(
        samples(work, method, engine), samples(work, method, reference), SAMPLE_TOLERANCE);
  }

  /// Compares samples by the median of their differences.
  public static Optional<String> samples(float[] actual, float[] expected, double tolerance) {
    double[] differences = new double[actual.length];
    for (int i = 0; i < actual.length; i++) {
      differences[i] = Math.abs(actual[i] - (double) expected[i]) / (1 + Math.abs(expected[i]));
    }
    Arrays.sort(differences);
    double median = differences[differences.length / 2];
    return median <= tolerance
        ? Optional.empty()
        : Optional.of("samples differ from the reference by " + (float) median + " in the median");
  }

  private static float[] samples(Workload work, String method, Engine engine) {
    int dimension = work.mlp().dimension();
    float[] all = new float[SAMPLES * dimension];
    work.sample(
        engine, method, SAMPLES,
        (first, count, block) ->
            System.arraycopy(block, 0, all, (int) first * dimension, count * dimension));
    return all;
  }

  /// What is wrong with the engine's training at its first steps; empty: nothing.
  public static Optional<String> training(Workload work, int batch, Engine engine, Engine reference) {
    return losses(losses(work, batch, engine), losses(work, batch, reference));
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

  private static double[] losses(Workload work, int batch, Engine engine) {
    try (Trainer trainer = work.trainer(engine, batch)) {
      return trainer.advance(STEPS).data();
    }
  }
}
