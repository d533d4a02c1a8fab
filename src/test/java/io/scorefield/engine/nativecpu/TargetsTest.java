package io.scorefield.engine.nativecpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The instruction sets of the native engine against each other and against Java, and what it refuses.
class TargetsTest {
  @BeforeAll
  static void needsTheLibrary() {
    NativeEngineTest.requireLibrary();
  }

  private static NativeEngine open(int threads, String target) {
    return new NativeEngine(threads, new NativeOptions(target, false));
  }

  /// The instruction sets that this processor has.
  static List<String> targets() {
    List<String> targets = new ArrayList<>();
    for (String target : NativeOptions.INSTRUCTIONS.reversed()) {
      try (NativeEngine engine = open(1, target)) {
        assertThat(engine.info().device()).endsWith(target);
        targets.add(target);
      } catch (EngineException e) {
        assertThat(e).hasMessageContaining(target);
      }
    }
    return targets;
  }

  @ParameterizedTest
  @MethodSource("targets")
  void normalsHaveTheBitsOfJava(String target) {
    long seed = 0x0123456789ABCDEFL;
    long first = (1L << 32) - 5000; // across the low word of the sample's number
    int count = 10_001;
    float[] expected = new float[4];
    try (NativeEngine engine = open(1, target)) {
      for (NoiseStream stream : NoiseStream.values()) {
        float[] z = engine.normals(seed, first, count, 3, stream.id());
        for (int i = 0; i < count; i++) {
          new NoiseSource(seed).normals(stream, first + i, 12, expected, 0, 4);
          for (int d = 0; d < 4; d++) {
            assertThat(Float.floatToRawIntBits(z[4 * i + d]))
                .isEqualTo(Float.floatToRawIntBits(expected[d]));
          }
        }
      }
    }
  }

  private static Network network() {
    return Network.initialize(Mlp.uniform(2, 1, 3, 64, Activation.SILU), 3);
  }

  private static float[] samples(Engine engine) throws IOException {
    StepRow row =
        StepRow.builder(1, 0).network(new double[] {0.5}, 1).state(0.9).output(0.4).noise(0.3, 0).build();
    StepProgram program = new StepProgram(1, 1, List.of(row, row, row));
    float[] samples = new float[2 * 333];
    engine.sample(
        network(), program, PhysicsTerm.none(), SampleRequest.of(1, 0, 333),
        (first, count, block) -> System.arraycopy(block, 0, samples, (int) first * 2, count * 2));
    return samples;
  }

  private static TrainingPlan plan() {
    NoiseTable table =
        NoiseTable.of(
            List.of(new NoiseTable.Row(new double[] {0.5}, 0.8, 0.6, 1, 0, 1, 1, 0, 0)));
    float[] data = {1, 2, -1, 0.5f};
    return new TrainingPlan(
        network().architecture(), table, data, 150, AdamOptions.defaults(), 1, Optional.empty());
  }

  private static float[] trained(Engine engine) {
    try (TrainingSession session = engine.train(plan(), TrainingState.start(network()))) {
      double[] rates = {1e-3, 1e-3, 1e-3};
      session.advance(new int[450], rates);
      return session.state().parameters();
    }
  }

  @Test
  void instructionSetsAgree() throws IOException {
    float[] samples = null;
    float[] parameters = null;
    for (String target : targets()) {
      try (NativeEngine engine = open(2, target)) {
        float[] own = samples(engine);
        float[] ownParameters = trained(engine);
        if (samples == null) {
          samples = own;
          parameters = ownParameters;
        } else if (target.equals("avx2")) {
          // Both have the fused multiply-add: the same bits.
          assertThat(own).containsExactly(samples);
          assertThat(ownParameters).containsExactly(parameters);
        } else {
          assertThat(own).usingComparatorWithPrecision(1e-5f).containsExactly(samples);
          assertThat(ownParameters).usingComparatorWithPrecision(1e-5f).containsExactly(parameters);
        }
      }
    }
  }

  @Test
  void refusesAProcessorThatIsNot() {
    assertThatThrownBy(() -> open(1, "avx9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("avx9");
    assertThatThrownBy(() -> new NativeEngine(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNumbersBeyondFloat32() {
    StepProgram program = new StepProgram(1, 1, List.of(StepRow.builder(1, 0).state(1e39).build()));
    try (NativeEngine engine = new NativeEngine(1)) {
      assertThatThrownBy(
              () ->
                  engine.sample(
                      network(), program, PhysicsTerm.none(), SampleRequest.of(1, 0, 1),
                      (first, count, block) -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("row 0 of the sampler holds 1.0E39");
    }
  }

  @Test
  void cannotBeUsedAfterItIsClosed() {
    NativeEngine engine = new NativeEngine(2);
    TrainingSession session = engine.train(plan(), TrainingState.start(network()));
    engine.close();
    engine.close();
    assertThatThrownBy(() -> samples(engine)).hasMessageContaining("closed");
    assertThatThrownBy(session::state).hasMessageContaining("closed");
    session.close();
  }

  @Test
  void cannotBeClosedWhileItSamples() throws IOException {
    StepProgram program = new StepProgram(1, 1, List.of(StepRow.builder(1, 0).state(0.5).build()));
    try (NativeEngine engine = new NativeEngine(1)) {
      engine.sample(
          network(), program, PhysicsTerm.none(), SampleRequest.of(1, 0, 3),
          (first, count, block) -> {
            assertThatThrownBy(engine::close).hasMessageContaining("while it is sampling");
            // Other work in between is fine.
            float[] output = new float[2];
            engine.evaluate(network(), new float[2], new double[1], output);
            assertThat(output[0]).isFinite();
          });
    }
  }

  @Test
  void whatTheSinkThrowsComesThroughAndLeavesTheEngineUsable() throws IOException {
    try (NativeEngine engine = new NativeEngine(2)) {
      StepProgram program = new StepProgram(1, 1, List.of(StepRow.builder(1, 0).state(0.5).build()));
      assertThatThrownBy(
              () ->
                  engine.sample(
                      network(), program, PhysicsTerm.none(), SampleRequest.of(1, 0, 3),
                      (first, count, block) -> {
                        throw new IOException("disk full");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("disk full");
      assertThat(samples(engine)).isNotEmpty();
    }
  }
}
