package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.EnergyNetwork;
import io.scorefield.network.architecture.PairEnergy;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.physics.Constraint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.math3.linear.MatrixUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

  static List<Arguments> symmetric() {
    List<Arguments> cases = new ArrayList<>();
    for (boolean centred : new boolean[] {false, true}) {
      PointCloud cloud = new PointCloud(5, 3, centred);
      cases.add(Arguments.of(new Egnn(2, 8, true, Egnn.Coordinates.MESSAGES, 0).of(cloud, 2), centred));
      cases.add(Arguments.of(new Egnn(2, 8, false, Egnn.Coordinates.FEATURES, 0).of(cloud, 2), centred));
      cases.add(Arguments.of(new EnergyNetwork(2, 8).of(cloud, 2), centred));
      cases.add(Arguments.of(new EnergyNetwork(1, 8, List.of(0.7, 2.0)).of(cloud, 2), centred));
      cases.add(Arguments.of(new PairEnergy(7, 4).of(cloud, 2), centred));
    }
    return cases;
  }

  /// Turned, mirrored, moved and renumbered particles have a turned, mirrored, unmoved and renumbered output.
  @ParameterizedTest
  @MethodSource("symmetric")
  void outputsTurnWithTheParticles(NetworkProgram program, boolean centred) {
    int particles = 5;
    int axes = 3;
    float[] given = Network.initialize(program, 3).parameters();
    float[] parameters = new float[given.length];
    for (int i = 0; i < given.length; i++) {
      parameters[i] = 2 * given[i];
    }
    Network network = new Network(program, parameters);
    Frame frame = centred ? Frame.centred(particles, axes) : Frame.of(particles * axes);
    Random random = new Random(8);
    int count = 20;
    float[] x = numbers(count * particles * axes, random);
    double[] features = {0.3, -0.7};
    // A rotation composed with a mirror, a shift, and another order.
    double[][] turn = turn(random);
    double[] shift = {0.4, -1.1, 0.7};
    int[] order = {3, 0, 4, 1, 2};
    float[] moved = turned(x, turn, shift, order);
    float[] expected = turned(output(network, frame, x, features), turn, new double[3], order);
    float[] actual = output(network, frame, moved, features);
    double largest = 0;
    for (float number : moved) {
      largest = Math.max(largest, Math.abs(number));
    }
    for (float number : expected) {
      largest = Math.max(largest, Math.abs(number));
    }
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as("number %d", i).isCloseTo(expected[i], within(1e-5 * largest));
    }
  }

  private float[] output(Network network, Frame frame, float[] points, double[] features) {
    float[] states = frame.toCoordinates(points);
    float[] output = new float[states.length];
    try (Engine engine = open(1)) {
      engine.evaluate(network, states, features, output);
    }
    return frame.toComponents(output, points.length / frame.components());
  }

  private static double[][] turn(Random random) {
    double a = random.nextDouble() * 6;
    double b = random.nextDouble() * 6;
    double[][] first = {{Math.cos(a), -Math.sin(a), 0}, {Math.sin(a), Math.cos(a), 0}, {0, 0, -1}};
    double[][] second = {{1, 0, 0}, {0, Math.cos(b), -Math.sin(b)}, {0, Math.sin(b), Math.cos(b)}};
    return MatrixUtils.createRealMatrix(first).multiply(MatrixUtils.createRealMatrix(second)).getData();
  }

  private static float[] turned(float[] x, double[][] turn, double[] shift, int[] order) {
    float[] y = new float[x.length];
    int axes = turn.length;
    int size = order.length * axes;
    for (int i = 0; i < x.length; i++) {
      int sample = i / size;
      int particle = i % size / axes;
      double sum = shift[i % axes];
      for (int k = 0; k < axes; k++) {
        sum += turn[i % axes][k] * x[sample * size + order[particle] * axes + k];
      }
      y[i] = (float) sum;
    }
    return y;
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

  @ParameterizedTest
  @MethodSource("programs")
  void trainsAsTheReference(NetworkProgram program) {
    for (int variant = 0; variant < 4; variant++) {
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
