package io.scorefield.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.EngineContract;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.Same;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingContract;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.physics.Constraint;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How network programs are cut up on a device: whatever it has, the bits are the same.
@Tag("cuda")
class CudaProgramRoutesTest {
  private static final NetworkProgram GRAPH =
      new Egnn(1, 9, true, Egnn.Coordinates.MESSAGES, 0).of(new PointCloud(4, 2, true), 3);

  private long openBefore;

  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  @BeforeEach
  void count() {
    if (!TestDevice.gpu()) {
      TestDevice.reset();
      openBefore = TestDevice.open();
    }
  }

  @AfterEach
  void reset() {
    if (!TestDevice.gpu()) {
      TestDevice.forget();
      TestDevice.reset();
    }
  }

  private static float[] sample(CudaOptions options, Architecture architecture, int count) {
    int dimension = architecture.dimension();
    Network network = Network.initialize(architecture, 6);
    StepProgram program = EngineContract.everything(architecture.timeFeatures(), dimension, new Random(4));
    PhysicsTerm physics =
        new PhysicsTerm(Optional.of(Constraint.sphere(dimension, 1.5).tape()), PhysicsTerm.Loss.HALF_SQUARE, 2, 10);
    float[] samples = new float[count * dimension];
    try (CudaEngine engine = new CudaEngine(options)) {
      engine.sample(
          network, program, physics, SampleRequest.of(3, 500, count),
          (first, size, block) ->
              System.arraycopy(block, 0, samples, (int) (first - 500) * dimension, size * dimension));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return samples;
  }

  /// Two steps whose gradients are clipped and combined, with second evaluations.
  private static TrainingState train(Architecture architecture, int batch) {
    TrainingPlan plan =
        TrainingContract.plan(
            architecture, batch, new AdamOptions(0.9, 0.999, 1e-5, 0.5, 0.9), true, TrainingPlan.Combination.CONFLICT_FREE);
    try (CudaEngine engine = new CudaEngine(CudaOptions.defaults());
        TrainingSession session = engine.train(plan, TrainingState.start(Network.initialize(architecture, 2)))) {
      session.advance(TrainingContract.examples(2 * batch), TrainingContract.rates(2));
      return session.state();
    }
  }

  /// Tiles of many samples, of few, of one whose values lie partly in scratch memory, and of one that lies there whole.
  @Test
  void sharedMemoryChangesNoBit() {
    assumeFalse(TestDevice.gpu());
    float[] samples = sample(CudaOptions.defaults(), GRAPH, 30);
    TrainingState trained = train(GRAPH, 30);
    for (int limit : new int[] {232448, 20000, 6000, 2000, 200}) {
      TestDevice.machine(1, 1L << 30, 75, 12060, 2, limit);
      Same.bits("samples within " + limit, sample(CudaOptions.defaults(), GRAPH, 30), samples);
      Same.bits("parameters within " + limit, train(GRAPH, 30).parameters(), trained.parameters());
    }
  }

  /// One block takes all tiles and chunks, or each has its own.
  @Test
  void theGridChangesNoBit() {
    assumeFalse(TestDevice.gpu());
    float[] samples = sample(CudaOptions.defaults(), GRAPH, 70);
    TrainingState trained = train(GRAPH, 70);
    for (int multiprocessors : new int[] {1, 5, 132}) {
      TestDevice.machine(1, 1L << 30, 80, 12060, multiprocessors, 166912);
      Same.bits("samples on " + multiprocessors, sample(CudaOptions.defaults(), GRAPH, 70), samples);
      Same.bits("parameters on " + multiprocessors, train(GRAPH, 70).parameters(), trained.parameters());
    }
  }

  /// Less memory makes blocks of fewer samples; a device without room for one says so.
  @Test
  void littleMemoryChangesNoBit() {
    assumeFalse(TestDevice.gpu());
    float[] samples = sample(CudaOptions.defaults(), GRAPH, 200);
    // The least memory for one sample.
    long too = 0;
    long enough = 1 << 20;
    while (enough - too > 64) {
      long middle = (too + enough) / 2;
      TestDevice.machine(1, middle, 80, 12060, 2, 166912);
      if (fits()) {
        enough = middle;
      } else {
        too = middle;
      }
    }
    long launches = TestDevice.calls("cuLaunchKernel");
    TestDevice.machine(1, enough + 64L * GRAPH.dimension() * Float.BYTES, 80, 12060, 2, 166912);
    Same.bits("samples", sample(CudaOptions.defaults(), GRAPH, 200), samples);
    assertThat(TestDevice.calls("cuLaunchKernel") - launches).isGreaterThanOrEqualTo(4);
    assertThat(TestDevice.open()).isEqualTo(openBefore);
  }

  private static boolean fits() {
    try {
      sample(CudaOptions.defaults(), GRAPH, 1);
      return true;
    } catch (EngineException e) {
      assertThat(e).hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
      return false;
    }
  }

  @Test
  void aFailedLaunchLeavesNothingOpen() {
    assumeFalse(TestDevice.gpu());
    for (int number = 1; number <= 6; number++) {
      TestDevice.fail("cuLaunchKernel", number, CUresult.CUDA_ERROR_LAUNCH_FAILED);
      assertThatThrownBy(
              () -> {
                sample(CudaOptions.defaults(), GRAPH, 5);
                train(GRAPH, 5);
              })
          .as("launch %d", number)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED");
      TestDevice.failNever();
      assertThat(TestDevice.open()).isEqualTo(openBefore);
    }
  }

  /// A training that is stored and taken up again is the one that was not.
  @Test
  void stoppingBetweenStepsChangesNoBit() {
    TrainingPlan plan = TrainingContract.plan(GRAPH, 21, new AdamOptions(0.9, 0.999, 1e-5, 0.5, 0.9));
    int[] examples = TrainingContract.examples(3 * 21);
    double[] rates = TrainingContract.rates(3);
    TrainingState state = TrainingState.start(Network.initialize(GRAPH, 2));
    try (CudaEngine engine = new CudaEngine(CudaOptions.defaults())) {
      TrainingState whole;
      try (TrainingSession session = engine.train(plan, state)) {
        session.advance(examples, rates);
        whole = session.state();
      }
      for (int k = 0; k < 3; k++) {
        try (TrainingSession session = engine.train(plan, state)) {
          session.advance(Arrays.copyOfRange(examples, 21 * k, 21 * (k + 1)), new double[] {rates[k]});
          state = session.state();
        }
      }
      Same.bits("parameters", state.parameters(), whole.parameters());
      Same.bits("average", state.average(), whole.average());
      Same.bits("second moment", state.secondMoment(), whole.secondMoment());
    }
  }

  /// A perceptron as a program is the perceptron, whose kernels are others.
  @ParameterizedTest
  @EnumSource(value = Activation.class, names = {"TANH", "SILU", "LEAKY_RELU"})
  void aPerceptronAsAProgramIsThePerceptron(Activation activation) {
    Mlp mlp = new Mlp(3, 2, new int[] {70, 33}, activation);
    NetworkProgram program = mlp.asProgram();
    Random random = new Random(1);
    float[] x = new float[3 * 70];
    float[] seed = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
      seed[i] = (float) random.nextGaussian();
    }
    double[] time = {0.3, -0.7};
    Network plain = Network.initialize(mlp, 6);
    Network table = new Network(program, plain.parameters());
    try (CudaEngine engine = new CudaEngine(CudaOptions.defaults().withPrecision(Precision.FLOAT32))) {
      float[] expected = new float[x.length];
      float[] actual = new float[x.length];
      engine.evaluate(plain, x, time, expected);
      engine.evaluate(table, x, time, actual);
      close(actual, expected);
      close(engine.vectorJacobian(table, x, time, seed), engine.vectorJacobian(plain, x, time, seed));
    }
  }

  private static void close(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("number %d", i).isCloseTo(expected[i], within(2e-6f * (1 + Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Route.class, names = {"PLAIN", "TENSOR", "LAYERS", "CUBLAS"})
  void kernelsOfPerceptronsAreRefused(Route route) {
    CudaOptions options = CudaOptions.defaults().withRoute(route);
    String[] message = {"--kernels " + route.key(), "EGNN", "--kernels auto or fused"};
    assertThatThrownBy(() -> sample(options, GRAPH, 3)).isInstanceOf(EngineException.class).hasMessageContainingAll(message);
    TrainingPlan plan = TrainingContract.plan(GRAPH, 5, new AdamOptions(0.9, 0.999, 1e-5, 0.5, 0.9));
    Network network = Network.initialize(GRAPH, 2);
    try (CudaEngine engine = new CudaEngine(options)) {
      assertThatThrownBy(() -> engine.train(plan, TrainingState.start(network)))
          .isInstanceOf(EngineException.class)
          .hasMessageContainingAll(message);
      float[] x = new float[GRAPH.dimension()];
      assertThatThrownBy(() -> engine.evaluate(network, x, new double[3], x.clone()))
          .isInstanceOf(EngineException.class)
          .hasMessageContainingAll(message);
    }
  }

  @Test
  void halfPrecisionIsRefused() {
    assertThatThrownBy(() -> sample(CudaOptions.defaults().withPrecision(Precision.HALF), GRAPH, 3))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll("--precision half", "EGNN", "float32");
    Same.bits(
        "samples", sample(CudaOptions.defaults().withRoute(Route.FUSED), GRAPH, 5),
        sample(CudaOptions.defaults().withPrecision(Precision.FLOAT32), GRAPH, 5));
  }
}
