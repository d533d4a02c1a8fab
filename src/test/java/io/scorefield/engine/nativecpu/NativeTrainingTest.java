package io.scorefield.engine.nativecpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingContract;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NativeTrainingTest extends TrainingContract {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  @Override
  protected Engine open(int threads) {
    return new NativeEngine(threads);
  }

  private static double[] losses(Engine engine, TrainingPlan plan, int steps) {
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    try (engine;
        TrainingSession session = engine.train(plan, start)) {
      TrainingSession.Losses losses =
          session.advance(examples(steps * plan.batch()), rates(steps));
      double[] sums = losses.data();
      for (int k = 0; k < steps; k++) {
        sums[k] += losses.physics()[k];
      }
      return sums;
    }
  }

  private static void tracksTheReference(TrainingPlan plan) {
    tracksTheReference(plan, 200);
  }

  private static void tracksTheReference(TrainingPlan plan, int steps) {
    double[] expected = losses(new ReferenceEngine(2), plan, steps);
    double[] actual = losses(new NativeEngine(2), plan, steps);
    for (int k = 0; k < steps; k++) {
      assertThat(actual[k]).as("step %d", k).isCloseTo(expected[k], within(1e-4 * expected[k]));
    }
  }

  /// All ways of sharing out a step (docs/engines.md), batches around lanes and groups.
  @ParameterizedTest(name = "D {0}, E {1}, width {2}, layers {3}, batch {4}")
  @CsvSource({
    "2, 1, 64, 3, 256", "1, 0, 1, 1, 1", "17, 3, 20, 3, 33", "2, 32, 270, 3, 25", "3, 2, 65, 4, 130",
    "2, 3, 150, 6, 40"
  })
  void lossesTrackTheReferenceFor200Steps(
      int dimension, int features, int width, int layers, int batch) {
    tracksTheReference(
        plan(
            Mlp.uniform(dimension, features, layers, width, Activation.TANH), batch,
            new AdamOptions(0.9, 0.999, 1e-8, 1, 0.99)));
  }

  /// Batches of several chunks, by groups and by rows.
  @ParameterizedTest
  @CsvSource({"24, 2500", "260, 4200"})
  void severalChunksTrackTheReference(int width, int batch) {
    tracksTheReference(
        plan(
            Mlp.uniform(2, 1, 3, width, Activation.TANH), batch,
            new AdamOptions(0.9, 0.999, 1e-8, 0.01, 0.9)),
        3);
  }

  /// A hidden layer of fewer rows than a step by layers has parts.
  @Test
  void aBottleneckTracksTheReference() {
    tracksTheReference(
        plan(new Mlp(2, 1, new int[] {270, 270, 3, 40}, Activation.TANH), 25, AdamOptions.defaults()),
        50);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void lossesTrackTheReferenceWithEveryActivation(Activation activation) {
    tracksTheReference(
        plan(Mlp.uniform(2, 1, 3, 24, activation), 65, AdamOptions.defaults()));
  }
}
