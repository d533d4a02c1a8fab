package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.physics.Constraint;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What network programs must do on every compiled engine: the same as on the reference. A test class of an engine extends
/// this one.
public abstract class ProgramContract {
  /// Opens the engine under test.
  protected abstract Engine open(int threads);

  /// Numbers of worker threads to try.
  protected int[] threadCounts() {
    return new int[] {1, 2, 7};
  }

  /// Samples and examples around lanes and tiles.
  protected int count() {
    return 70;
  }

  static List<NetworkProgram> programs() {
    return Programs.all();
  }

  private static float[] numbers(int count, Random random) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static void close(float[] actual, float[] expected, double tolerance) {
    double most = 0;
    for (float number : expected) {
      most = Math.max(most, Math.abs(number));
    }
    assertThat(actual.length).isEqualTo(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as("number %d", i).isCloseTo(expected[i], within(tolerance * (most + 1e-30)));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void evaluatesAsTheReference(NetworkProgram program) {
    Network network = Network.initialize(program, 3);
    Random random = new Random(1);
    float[] x = numbers(count() * program.dimension(), random);
    double[] features = random.doubles(program.timeFeatures()).toArray();
    float[] expected = new float[x.length];
    float[] actual = new float[x.length];
    try (Engine reference = new ReferenceEngine(1);
        Engine engine = open(2)) {
      reference.evaluate(network, x, features, expected);
      engine.evaluate(network, x, features, actual);
    }
    close(actual, expected, 1e-5);
  }

  private static float[] sample(Engine engine, Network network, StepProgram program, PhysicsTerm physics, int first, int count)
      throws IOException {
    int dimension = network.architecture().dimension();
    float[] all = new float[count * dimension];
    engine.sample(
        network, program, physics, SampleRequest.of(3, first, count),
        (at, size, block) ->
            System.arraycopy(block, 0, all, (int) (at - first) * dimension, size * dimension));
    return all;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void samplesAsTheReference(NetworkProgram architecture) throws IOException {
    Network network = Network.initialize(architecture, 6);
    int dimension = architecture.dimension();
    StepProgram program = EngineContract.everything(architecture.timeFeatures(), dimension, new Random(4));
    PhysicsTerm physics =
        new PhysicsTerm(Optional.of(Constraint.sphere(dimension, 1.5).tape()), PhysicsTerm.Loss.HALF_SQUARE, 2, 10);
    try (Engine reference = new ReferenceEngine(2);
        Engine engine = open(1)) {
      float[] expected = sample(reference, network, program, physics, 500, count());
      float[] actual = sample(engine, network, program, physics, 500, count());
      close(actual, expected, 1e-4);
      float[] some = sample(engine, network, program, physics, 511, 9);
      for (int i = 0; i < some.length; i++) {
        assertThat(some[i]).isEqualTo(actual[11 * dimension + i]);
      }
      for (int threads : threadCounts()) {
        try (Engine other = open(threads)) {
          Same.bits("samples", sample(other, network, program, physics, 500, count()), actual);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void divergesAsTheReference(NetworkProgram architecture) throws IOException {
    Network network = Network.initialize(architecture, 6);
    StepProgram program = EngineContract.diverging(architecture.timeFeatures(), architecture.dimension(), new Random(4));
    SampleRequest request = SampleRequest.of(3, 500, count());
    try (Engine reference = new ReferenceEngine(2);
        Engine engine = open(1)) {
      float[] actual = EngineContract.diverge(engine, network, program, request);
      close(actual, EngineContract.diverge(reference, network, program, request), 1e-4);
      for (int threads : threadCounts()) {
        try (Engine other = open(threads)) {
          Same.bits("l", EngineContract.diverge(other, network, program, request), actual);
        }
      }
    }
  }

  /// The kinds of training that are tried: 1 and 3 clip gradients, in 2 and 3 laws look at a second evaluation, 3 combines
  /// gradients without conflict.
  protected int[] trainings() {
    return new int[] {0, 1, 2, 3};
  }

  @ParameterizedTest
  @MethodSource("programs")
  void trainsAsTheReference(NetworkProgram program) {
    for (int variant : trainings()) {
      double clip = variant % 2 == 0 ? Double.POSITIVE_INFINITY : 0.5;
      TrainingPlan plan =
          TrainingContract.plan(
              program, variant == 0 ? count() : 19, new AdamOptions(0.9, 0.999, 1e-5, clip, 0.9), variant > 1,
              variant == 3 ? TrainingPlan.Combination.CONFLICT_FREE : TrainingPlan.Combination.SUM);
      TrainingState start = TrainingState.start(Network.initialize(program, 2));
      int steps = 3;
      int[] examples = TrainingContract.examples(steps * plan.batch());
      double[] rates = TrainingContract.rates(steps);
      TrainingSession.Losses losses;
      TrainingState expected;
      try (Engine reference = new ReferenceEngine(2);
          TrainingSession session = reference.train(plan, start)) {
        losses = session.advance(examples, rates);
        expected = session.state();
      }
      TrainingState first = null;
      for (int threads : threadCounts()) {
        try (Engine engine = open(threads);
            TrainingSession session = engine.train(plan, start)) {
          TrainingSession.Losses own = session.advance(examples, rates);
          TrainingState state = session.state();
          for (int k = 0; k < steps; k++) {
            assertThat(own.data()[k]).isCloseTo(losses.data()[k], within(1e-4 * (1e-3 + losses.data()[k])));
            assertThat(own.physics()[k]).isCloseTo(losses.physics()[k], within(1e-4 * (1e-3 + losses.physics()[k])));
          }
          close(state.firstMoment(), expected.firstMoment(), 2e-4);
          close(state.parameters(), expected.parameters(), 2e-4);
          if (first == null) {
            first = state;
          }
          Same.bits("parameters", state.parameters(), first.parameters());
          Same.bits("average", state.average(), first.average());
          Same.bits("secondMoment", state.secondMoment(), first.secondMoment());
        }
      }
      // One step, and the others in a session that goes on from the state.
      try (Engine engine = open(2);
          TrainingSession one = engine.train(plan, start)) {
        one.advance(Arrays.copyOf(examples, plan.batch()), TrainingContract.rates(1));
        try (TrainingSession rest = engine.train(plan, one.state())) {
          rest.advance(
              Arrays.copyOfRange(examples, plan.batch(), steps * plan.batch()), TrainingContract.rates(steps - 1));
          Same.bits("parameters", rest.state().parameters(), first.parameters());
          Same.bits("average", rest.state().average(), first.average());
        }
      }
    }
  }
}
