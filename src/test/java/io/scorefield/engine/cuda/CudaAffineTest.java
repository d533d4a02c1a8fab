package io.scorefield.engine.cuda;

import static io.scorefield.engine.Same.worst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The kernels for rows that only combine (`kernels/device/affine_sampler.cuh`).
@Tag("cuda")
class CudaAffineTest {
  /// The emulator's device has two multiprocessors: from 512 samples on a warp takes 64 of them.
  private static final int MANY = 515;

  @BeforeEach
  void needsADevice() {
    TestDevice.require();
  }

  /// Samples, then the states at the rows asked for.
  private static float[] sample(
      Engine engine, Network network, StepProgram program, PhysicsTerm physics, SampleRequest request)
      throws IOException {
    int states = 1 + request.snapshots().length;
    float[] all = new float[states * (int) request.count() * 2];
    try (engine) {
      engine.sample(
          network, program, physics, request,
          new SampleSink() {
            @Override
            public void accept(long first, int size, float[] block) {
              put(0, first, size, block, 0);
            }

            @Override
            public void snapshot(int index, long first, int size, float[] block) {
              put(1 + index, first, size, block, 0);
            }

            private void put(int state, long first, int size, float[] block, int from) {
              int at = 2 * (state * (int) request.count() + (int) (first - request.first()));
              System.arraycopy(block, from, all, at, size * 2);
            }
          });
    }
    return all;
  }

  private static CudaEngine engine(Precision precision) {
    return new CudaEngine(CudaOptions.defaults().withPrecision(precision));
  }

  /// Every column and use that such rows have; steps of noise in any order and of two streams.
  private static StepProgram everyRow(int features) {
    Random random = new Random(4);
    double[] f = random.doubles(features, -1, 1).toArray();
    double[] g = random.doubles(features, -1, 1).toArray();
    return new StepProgram(
        features,
        1.3,
        List.of(
            StepRow.builder(9, 9).state(0.9).noise(0.3, 7).build(),
            StepRow.builder(9, 8)
                .network(f, 0.7).x0(1.1, -0.4).state(0.8).output(-0.5).memoryUpdate(0, 1).save(true)
                .build(),
            StepRow.builder(8, 7)
                .network(g, 1.2).x0(1.2, -0.3).saved(0.6).state(0.2).output(0.3).memory(-0.2)
                .noise(0.1, 6).build(),
            StepRow.builder(7, 6).network(f, 1).state(0.9).output(0.2).memoryUpdate(0.5, 0.7).noise(0.2, 5)
                .stream(NoiseStream.CORRECTOR).build(),
            StepRow.builder(6, 5)
                .network(g, 0.9).x0(1.3, -0.6).state(0.9).output(-0.4).noise(0.5, 5).clip(true).build(),
            StepRow.builder(5, 4).network(g, 0.9).state(0.7).output(0.1).memory(0.3).noise(0.2, 4).build(),
            StepRow.builder(4, 3).network(f, 1).state(0.7).output(0.1).memory(0.3).build()),
        new double[] {-0.7, -0.8},
        new double[] {0.8, 0.85});
  }

  record Case(int width, int hidden, Activation activation) {}

  static List<Case> networks() {
    List<Case> cases = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      cases.add(new Case(32, 2, activation));
      cases.add(new Case(64, 2, activation));
    }
    cases.add(new Case(64, 1, Activation.TANH));
    cases.add(new Case(32, 4, Activation.SILU));
    return cases;
  }

  private static Network network(Case given) {
    return Network.initialize(Mlp.uniform(2, 3, given.hidden() + 1, given.width(), given.activation()), 6);
  }

  /// The network with its weights, but not its biases and what features add to them, rounded to half precision.
  private static Network rounded(Network network) {
    Mlp mlp = (Mlp) network.architecture();
    float[] parameters = network.parameters().clone();
    for (int l = 0; l < mlp.layers(); l++) {
      for (int o = 0; o < mlp.out(l); o++) {
        for (int i = 0; i < (l == 0 ? mlp.dimension() : mlp.in(l)); i++) {
          int at = mlp.weightOffset(l) + o * mlp.in(l) + i;
          parameters[at] = Float.float16ToFloat(Float.floatToFloat16(parameters[at]));
        }
      }
    }
    return new Network(mlp, parameters);
  }

  /// With states on the way.
  @ParameterizedTest
  @MethodSource("networks")
  void samplesAgreeWithTheReference(Case given) throws IOException {
    Network network = network(given);
    StepProgram program = everyRow(3);
    SampleRequest few = SampleRequest.of(3, 500, 70).withSnapshots(-1, 2, 4);
    float[] expected = sample(new ReferenceEngine(2), network, program, PhysicsTerm.none(), few);
    float[] mixed = sample(engine(Precision.MIXED), network, program, PhysicsTerm.none(), few);
    float[] half = sample(engine(Precision.HALF), network, program, PhysicsTerm.none(), few);
    // About three times what was measured.
    // About three times what was measured.
    assertThat(worst(mixed, expected)).as("mixed").isLessThan(3.5e-4);
    assertThat(worst(half, expected)).as("half").isLessThan(5e-4);
    // The weights are all the difference.
    assertThat(half).isNotEqualTo(mixed);
    assertThat(sample(engine(Precision.MIXED), rounded(network), program, PhysicsTerm.none(), few)).containsExactly(half);
  }

  /// A sample has the same bits beside any others, in any kernel, from any call.
  @ParameterizedTest
  @EnumSource(value = Precision.class, names = {"MIXED", "HALF"})
  void samplesOfEveryCountAreTheFirstOfMore(Precision precision) throws IOException {
    Network network = network(new Case(64, 2, Activation.TANH));
    StepProgram program = everyRow(3);
    float[] whole = sample(engine(precision), network, program, PhysicsTerm.none(), SampleRequest.of(3, 500, MANY));
    for (int count : new int[] {1, 15, 16, 17, 33, 64, 65, 150}) {
      assertThat(sample(engine(precision), network, program, PhysicsTerm.none(), SampleRequest.of(3, 500, count)))
          .containsExactly(Arrays.copyOf(whole, 2 * count));
    }
    float[] later = sample(engine(precision), network, program, PhysicsTerm.none(), SampleRequest.of(3, 507, 90));
    assertThat(later).containsExactly(Arrays.copyOfRange(whole, 14, 14 + 180));
  }

  @Test
  void samplesStartFromStatesThatAreGiven() throws IOException {
    Network network = network(new Case(32, 3, Activation.SILU));
    float[] states = new float[2 * 40];
    for (int i = 0; i < states.length; i++) {
      states[i] = (float) Math.sin(i);
    }
    SampleRequest request = SampleRequest.of(3, 500, 40).withInitial(states);
    float[] expected = sample(new ReferenceEngine(2), network, everyRow(3), PhysicsTerm.none(), request);
    assertThat(worst(sample(engine(Precision.MIXED), network, everyRow(3), PhysicsTerm.none(), request), expected))
        .isLessThan(1e-3);
  }

  /// The first row and the first sample that fail are named, though another sample of the same lane is fine.
  @Test
  void whatStopsBeingFiniteIsNamed() {
    Network network = network(new Case(32, 2, Activation.TANH));
    StepRow row = StepRow.builder(2, 1).network(new double[3], 1).state(1).output(0.1).build();
    StepRow away = StepRow.builder(1, 0).state(3e38).build();
    StepProgram program = new StepProgram(3, 1, List.of(row, away));
    float[] states = new float[2 * 40];
    states[2 * 13] = 2;
    states[2 * 29 + 1] = 2;
    assertThatThrownBy(
            () ->
                sample(
                    engine(Precision.HALF), network, program, PhysicsTerm.none(),
                    SampleRequest.of(3, 500, 40).withInitial(states)))
        .hasMessageMatching("sample 5\\d\\d stopped being finite at row 1.*");
  }

  /// Weights beyond the range of halves, and rows that need more than these kernels have, go to others.
  @Test
  void whatTheseKernelsCannotDoGoesToOthers() throws IOException {
    Mlp mlp = Mlp.uniform(2, 3, 3, 32, Activation.TANH);
    float[] parameters = Network.initialize(mlp, 6).parameters().clone();
    parameters[mlp.weightOffset(1)] = 1e5f;
    SampleRequest request = SampleRequest.of(3, 500, 20);
    Network network = new Network(mlp, parameters);
    float[] expected = sample(new ReferenceEngine(1), network, everyRow(3), PhysicsTerm.none(), request);
    assertThat(worst(sample(engine(Precision.MIXED), network, everyRow(3), PhysicsTerm.none(), request), expected))
        .isLessThan(1e-5);
  }
}
