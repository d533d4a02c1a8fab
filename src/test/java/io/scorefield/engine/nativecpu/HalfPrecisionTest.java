package io.scorefield.engine.nativecpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sampling with bfloat16 between hidden layers.
class HalfPrecisionTest {
  private static final int SAMPLES = 77;

  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  private static NativeEngine half(int threads) {
    try {
      return new NativeEngine(threads, new NativeOptions("", true));
    } catch (EngineException e) {
      assertThat(e).hasMessageContaining("--precision half needs").hasMessageContaining("avx512_bf16");
      return abort("this processor has no bfloat16");
    }
  }

  @Test
  void refusesDensities() {
    Network network = Network.initialize(Mlp.uniform(2, 0, 3, 16, Activation.TANH), 3);
    StepProgram program = new StepProgram(0, 1, List.of(StepRow.builder(1, 0).divergence(1, 0).build()));
    try (NativeEngine engine = half(1)) {
      assertThatThrownBy(
              () ->
                  engine.sample(
                      network, program, PhysicsTerm.none(), SampleRequest.of(1, 0, 3), (first, count, samples) -> {}))
          .hasMessageContaining("use --precision float32");
    }
  }

  private static double relativeError(float[] actual, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private static float[] evaluate(Engine engine, Network network) {
    int dimension = network.architecture().dimension();
    float[] x = new float[SAMPLES * dimension];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i);
    }
    double[] features = new double[network.architecture().timeFeatures()];
    float[] output = new float[x.length];
    engine.evaluate(network, x, features, output);
    return output;
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, 64, TANH", "2, 4, 33, SILU", "5, 5, 512, LEAKY_RELU", "1, 4, 7, RELU", "3, 4, 300, SOFTPLUS"
  })
  void oneEvaluationIsWithinTwoPercent(int dimension, int layers, int width, Activation activation) {
    Network network = Network.initialize(Mlp.uniform(dimension, 1, layers, width, activation), 3);
    try (NativeEngine engine = half(2);
        ReferenceEngine reference = new ReferenceEngine(1)) {
      assertThat(relativeError(evaluate(engine, network), evaluate(reference, network))).isBetween(1e-6, 2e-2);
    }
  }

  private static float[] sample(Engine engine, Network network) throws IOException {
    StepRow row =
        StepRow.builder(1, 0).network(new double[] {0.5}, 1).state(0.9).output(0.4).noise(0.3, 0).build();
    float[] samples = new float[2 * SAMPLES];
    engine.sample(
        network, new StepProgram(1, 1, List.of(row, row, row)), PhysicsTerm.none(), SampleRequest.of(1, 0, SAMPLES),
        (first, count, block) -> System.arraycopy(block, 0, samples, (int) first * 2, count * 2));
    return samples;
  }

  @Test
  void samplesAreCloseAndDoNotDependOnThreads() throws IOException {
    Network network = Network.initialize(Mlp.uniform(2, 1, 4, 128, Activation.SILU), 3);
    try (NativeEngine one = half(1);
        NativeEngine three = half(3);
        NativeEngine exact = new NativeEngine(1)) {
      float[] samples = sample(one, network);
      assertThat(sample(three, network)).containsExactly(samples);
      assertThat(relativeError(samples, sample(exact, network))).isBetween(1e-6, 2e-2);
    }
  }

  @Test
  void trainingStaysFloat32() {
    Network network = Network.initialize(Mlp.uniform(2, 1, 4, 64, Activation.SILU), 3);
    NoiseTable table =
        NoiseTable.of(List.of(new NoiseTable.Row(new double[] {0.5}, 0.8, 0.6, 1, 0, 1, 1, 0, 0)));
    TrainingPlan plan =
        new TrainingPlan(
            network.architecture(), table, new float[] {1, 2, -1, 0.5f}, 150, AdamOptions.defaults(), 1, Optional.empty());
    try (NativeEngine engine = half(2);
        NativeEngine exact = new NativeEngine(2);
        TrainingSession coarse = engine.train(plan, TrainingState.start(network));
        TrainingSession fine = exact.train(plan, TrainingState.start(network))) {
      double[] rates = {1e-3, 1e-3};
      coarse.advance(new int[300], rates);
      fine.advance(new int[300], rates);
      assertThat(coarse.state().parameters()).containsExactly(fine.state().parameters());
    }
  }

  @Test
  void otherInstructionsAreRefused() {
    assertThatThrownBy(() -> new NativeEngine(1, new NativeOptions("avx2", true)))
        .isInstanceOf(EngineException.class)
        .hasMessage("--precision half needs the instructions avx512, not 'avx2'");
  }
}
