package io.scorefield.engine.cuda;

import static io.scorefield.engine.Same.worst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineContract;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.TrainingContract;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The versions of the kernels against each other and against the reference engine.
@Tag("cuda")
class CudaRoutesTest {
  private static final CudaOptions PLAIN = CudaOptions.defaults().withRoute(Route.PLAIN);
  private static final CudaOptions FUSED = CudaOptions.defaults().withRoute(Route.FUSED);
  private static final CudaOptions TENSOR = CudaOptions.defaults().withRoute(Route.TENSOR);

  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  private static float[] sample(
      Engine engine, Network network, StepProgram program, PhysicsTerm physics, int count) {
    int dimension = network.architecture().dimension();
    float[] samples = new float[count * dimension];
    try (engine) {
      engine.sample(
          network, program, physics, SampleRequest.of(3, 500, count),
          (first, size, block) ->
              System.arraycopy(block, 0, samples, (int) (first - 500) * dimension, size * dimension));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return samples;
  }

  private static PhysicsTerm sphere(int dimension) {
    return PhysicsTerm.of(Constraint.sphere(dimension, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE);
  }

  @ParameterizedTest(name = "D {0}, E {1}, width {2}, layers {3}")
  @CsvSource({"2, 3, 20, 3", "17, 2, 9, 2", "3, 0, 65, 4", "2, 1, 300, 3", "1, 0, 1, 1"})
  void plainAndFusedKernelsMakeTheSameBits(int dimension, int features, int width, int layers) {
    Mlp mlp = Mlp.uniform(dimension, features, layers, width, Activation.SILU);
    Network network = Network.initialize(mlp, 6);
    StepProgram program = EngineContract.everything(features, dimension, new Random(4));
    float[] plain = sample(new CudaEngine(PLAIN), network, program, sphere(dimension), 70);
    assertThat(sample(new CudaEngine(FUSED), network, program, sphere(dimension), 70))
        .containsExactly(plain);
    TrainingPlan plan =
        TrainingContract.plan(mlp, 70, new AdamOptions(0.9, 0.999, 1e-8, 0.5, 0.9));
    assertThat(train(PLAIN, plan).parameters()).containsExactly(train(FUSED, plan).parameters());
    // Two evaluations an example, and the gradients of data and law combined.
    TrainingPlan lawful = lawful(mlp, 70);
    assertThat(train(PLAIN, lawful).parameters()).containsExactly(train(FUSED, lawful).parameters());
    float[] x = new float[37 * dimension];
    Random random = new Random(1);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    double[] time = new double[features];
    float[] one = new float[x.length];
    float[] other = new float[x.length];
    try (Engine engine = new CudaEngine(PLAIN)) {
      engine.evaluate(network, x, time, one);
    }
    try (Engine engine = new CudaEngine(FUSED)) {
      engine.evaluate(network, x, time, other);
    }
    assertThat(other).containsExactly(one);
  }

  /// l behind the samples. Tensor cores hand such programs to kernels in float32.
  @ParameterizedTest(name = "D {0}, E {1}, width {2}, layers {3}")
  @CsvSource({"2, 3, 20, 3", "17, 2, 9, 2", "3, 0, 64, 4"})
  void everyRouteMakesTheSameDivergences(int dimension, int features, int width, int layers) throws IOException {
    Network network = Network.initialize(Mlp.uniform(dimension, features, layers, width, Activation.SILU), 6);
    StepProgram program = EngineContract.diverging(features, dimension, new Random(4));
    float[] plain = diverge(PLAIN, network, program);
    assertThat(diverge(FUSED, network, program)).containsExactly(plain);
    assertThat(diverge(CudaOptions.defaults().withRoute(Route.LAYERS), network, program)).containsExactly(plain);
    for (Precision precision : Precision.values()) {
      assertThat(diverge(CudaOptions.defaults().withPrecision(precision), network, program)).containsExactly(plain);
    }
    assertThatThrownBy(() -> diverge(TENSOR, network, program)).hasMessageContaining("no log-densities");
  }

  private static float[] diverge(CudaOptions options, Network network, StepProgram program) throws IOException {
    try (Engine engine = new CudaEngine(options)) {
      return EngineContract.diverge(engine, network, program, SampleRequest.of(3, 500, 70));
    }
  }

  /// J^T g in one launch, against differences of the reference engine's output.
  @ParameterizedTest(name = "D {0}, E {1}, width {2}, layers {3}, {4}")
  @CsvSource({
    "2, 3, 20, 3, TANH", "17, 2, 9, 2, SOFTPLUS", "3, 0, 65, 4, SILU", "2, 1, 300, 3, TANH", "3, 2, 1, 1, TANH"
  })
  void vectorJacobianProductsAgreeWithDifferences(
      int dimension, int features, int width, int layers, Activation activation) {
    Network network = Network.initialize(Mlp.uniform(dimension, features, layers, width, activation), 6);
    Random random = new Random(1);
    int points = 37;
    float[] x = new float[points * dimension];
    float[] gradient = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
      gradient[i] = (float) random.nextGaussian();
    }
    double[] time = new double[features];
    float[] plain;
    float[] fused;
    try (CudaEngine engine = new CudaEngine(PLAIN)) {
      plain = engine.vectorJacobian(network, x, time, gradient);
    }
    try (CudaEngine engine = new CudaEngine(FUSED)) {
      fused = engine.vectorJacobian(network, x, time, gradient);
    }
    assertThat(fused).containsExactly(plain);
    float h = 1 / 64f;
    float[] up = new float[x.length];
    float[] down = new float[x.length];
    try (Engine reference = new ReferenceEngine(2)) {
      for (int d = 0; d < dimension; d++) {
        float[] forward = x.clone();
        float[] back = x.clone();
        for (int p = 0; p < points; p++) {
          forward[p * dimension + d] += h;
          back[p * dimension + d] -= h;
        }
        reference.evaluate(network, forward, time, up);
        reference.evaluate(network, back, time, down);
        for (int p = 0; p < points; p++) {
          double expected = 0;
          for (int o = 0; o < dimension; o++) {
            int at = p * dimension + o;
            expected += gradient[at] * (up[at] - (double) down[at]) / (2 * h);
          }
          // The outputs are float32 and the step is 1/64: about 1e-5 of rounding, 1e-4 of the third derivative.
          assertThat((double) fused[p * dimension + d])
              .isCloseTo(expected, within(3e-4 * (1 + Math.abs(expected))));
        }
      }
    }
  }

  /// One layer a launch: the same bits by our own products, the same to rounding by cuBLAS.
  @ParameterizedTest(name = "D {0}, E {1}, width {2}, layers {3}, {4} samples")
  @CsvSource({"2, 3, 20, 3, 70", "17, 2, 9, 2, 64", "3, 0, 65, 4, 130", "2, 1, 300, 3, 20", "1, 0, 1, 1, 1"})
  void layersAgreeWithTheFusedKernels(int dimension, int features, int width, int layers, int count) {
    Mlp mlp = Mlp.uniform(dimension, features, layers, width, Activation.SILU);
    Network network = Network.initialize(mlp, 6);
    StepProgram program = EngineContract.everything(features, dimension, new Random(4));
    CudaOptions own = CudaOptions.defaults().withRoute(Route.LAYERS);
    CudaOptions cublas = CudaOptions.defaults().withRoute(Route.CUBLAS);
    float[] fused = sample(new CudaEngine(FUSED), network, program, sphere(dimension), count);
    assertThat(sample(new CudaEngine(own), network, program, sphere(dimension), count)).containsExactly(fused);
    TrainingPlan plan =
        TrainingContract.plan(mlp, count, new AdamOptions(0.9, 0.999, 1e-8, 0.5, 0.9));
    TrainingState expected = train(FUSED, plan);
    assertThat(train(own, plan).parameters()).containsExactly(expected.parameters());
    TrainingPlan lawful = lawful(mlp, count);
    assertThat(train(own, lawful).parameters()).containsExactly(train(FUSED, lawful).parameters());
    assumeTrue(Cublas.unavailable().isEmpty(), Cublas.unavailable());
    assertThat(worst(sample(new CudaEngine(cublas), network, program, sphere(dimension), count), fused))
        .isLessThan(1e-5);
    assertThat(worst(train(cublas, plan).parameters(), expected.parameters())).isLessThan(1e-5);
  }

  /// Every sample falls back, as x0hat gets smaller where x gets larger; columns that fill a block up are no samples.
  @ParameterizedTest
  @EnumSource(value = Route.class, names = {"PLAIN", "FUSED", "LAYERS"})
  void samplesThatFellBackAreCounted(Route route) throws IOException {
    Network network = Network.initialize(Mlp.uniform(2, 0, 2, 8, Activation.TANH), 6);
    StepRow row =
        StepRow.builder(1, 0)
            .network(new double[0], 0.01).x0(-0.8, 0.01).guidance(0.3).likelihood(1, 0.2, 0.7, false).fallback(0.6)
            .build();
    AtomicLong fellBack = new AtomicLong();
    try (Engine engine = new CudaEngine(CudaOptions.defaults().withRoute(route))) {
      engine.sample(
          network, new StepProgram(0, 1, List.of(row)), sphere(2), SampleRequest.of(3, 0, 43),
          new SampleSink() {
            @Override
            public void accept(long first, int size, float[] block) {}

            @Override
            public void fellBack(long times) {
              fellBack.set(times);
            }
          });
    }
    assertThat(fellBack).hasValue(43);
  }

  private static TrainingPlan lawful(Mlp mlp, int batch) {
    return TrainingContract.plan(
        mlp, batch, new AdamOptions(0.9, 0.999, 1e-8, 0.5, 0.9), true, TrainingPlan.Combination.CONFLICT_FREE);
  }

  private static TrainingState train(CudaOptions options, TrainingPlan plan) {
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    try (Engine engine = new CudaEngine(options);
        TrainingSession session = engine.train(plan, start)) {
      session.advance(TrainingContract.examples(3 * plan.batch()), TrainingContract.rates(3));
      return session.state();
    }
  }

  /// Several steps in one launch, with blocks that wait for each other, and a series of launches.
  @ParameterizedTest(name = "batch {0}, clip {1}")
  @CsvSource({"32, 0.01", "40, 100", "100, 0.01", "120, 100"})
  void residentTrainingMakesTheBitsOfASeriesOfLaunches(int batch, double clip) {
    TrainingPlan plan =
        TrainingContract.plan(
            Mlp.uniform(2, 1, 3, 24, Activation.TANH), batch, new AdamOptions(0.9, 0.999, 1e-8, clip, 0.9));
    long before = TestDevice.gpu() ? 0 : TestDevice.calls("cuLaunchCooperativeKernel");
    TrainingState resident = train(CudaOptions.defaults().withRoute(Route.PORTABLE), plan);
    if (!TestDevice.gpu()) {
      assertThat(TestDevice.calls("cuLaunchCooperativeKernel")).isEqualTo(before + 1);
    }
    TrainingState series = train(FUSED, plan);
    assertThat(resident.step()).isEqualTo(series.step()).isEqualTo(3);
    assertThat(resident.parameters()).containsExactly(series.parameters());
    assertThat(resident.average()).containsExactly(series.average());
    assertThat(resident.firstMoment()).containsExactly(series.firstMoment());
    assertThat(resident.secondMoment()).containsExactly(series.secondMoment());
  }

  record Case(int width, int layers, int dimension, Activation activation) {}

  static List<Case> tensorNetworks() {
    List<Case> cases = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      cases.add(new Case(32, 3, 2, activation));
      cases.add(new Case(64, 4, 3, activation));
    }
    cases.add(new Case(64, 2, 16, Activation.TANH));
    cases.add(new Case(128, 3, 2, Activation.SILU));
    cases.add(new Case(256, 3, 2, Activation.TANH));
    cases.add(new Case(512, 3, 2, Activation.LEAKY_RELU));
    cases.add(new Case(512, 2, 1, Activation.SOFTPLUS));
    return cases;
  }

  /// Every row kind, guidance through the network and projection; and a program without, which takes larger tiles.
  @ParameterizedTest
  @MethodSource("tensorNetworks")
  void tensorCoresAgreeWithTheReference(Case given) {
    Network network =
        Network.initialize(
            Mlp.uniform(given.dimension(), 3, given.layers(), given.width(), given.activation()), 6);
    StepProgram everything = EngineContract.everything(3, given.dimension(), new Random(4));
    StepProgram plain =
        everything.withRows(
            everything.rows().stream().filter(row -> !row.usesPhysics()).toList());
    for (StepProgram program : List.of(everything, plain)) {
      int count = 70;
      float[] expected =
          sample(new ReferenceEngine(2), network, program, sphere(given.dimension()), count);
      // Two halves an operand of 32 samples and 512 neurons are 66 KB, more than Turing's blocks have.
      CudaOptions pairs =
          given.width() == 512 && Device.facts(0).sharedLimit() < 68 * 1024 ? CudaOptions.defaults() : TENSOR;
      float[] split =
          sample(
              new CudaEngine(pairs.withPrecision(Precision.SPLIT)), network, program,
              sphere(given.dimension()), count);
      float[] half =
          sample(
              new CudaEngine(TENSOR.withPrecision(Precision.HALF)), network, program,
              sphere(given.dimension()), count);
      // Three times what was measured; guidance near a kink of the loss is the worst of it.
      boolean guided = program == everything;
      assertThat(worst(split, expected)).as("split").isLessThan(guided ? 6e-6 : 1e-6);
      assertThat(worst(half, expected)).as("half").isLessThan(1e-2);
      // What is rounded differs, so the results must.
      if (given.layers() > 2) {
        assertThat(half).isNotEqualTo(split);
      }
    }
  }

  @Test
  void theFastestKernelsThatCanAreTaken() {
    Mlp uneven = new Mlp(2, 1, new int[] {32, 64}, Activation.TANH);
    Network network = Network.initialize(uneven, 6);
    StepProgram program = EngineContract.everything(1, new Random(4));
    float[] fused = sample(new CudaEngine(FUSED), network, program, sphere(2), 20);
    assertThat(sample(new CudaEngine(CudaOptions.defaults()), network, program, sphere(2), 20))
        .containsExactly(fused);
    assertThatThrownBy(() -> sample(new CudaEngine(TENSOR), network, program, sphere(2), 20))
        .hasMessageContaining("no kernels on tensor cores")
        .hasMessageContaining("--kernels auto");
    Network even = Network.initialize(Mlp.uniform(2, 1, 3, 32, Activation.TANH), 6);
    float[] tensor = sample(new CudaEngine(TENSOR), even, program, sphere(2), 20);
    assertThat(sample(new CudaEngine(CudaOptions.defaults()), even, program, sphere(2), 20))
        .containsExactly(tensor);
    assertThat(
            sample(
                new CudaEngine(CudaOptions.defaults().withPrecision(Precision.FLOAT32)), even, program,
                sphere(2), 20))
        .containsExactly(sample(new CudaEngine(FUSED), even, program, sphere(2), 20));
  }

  /// Weights so large that a layer's outputs do not fit into halves.
  @Test
  void whatHalvesCannotHoldIsSaid() {
    Mlp mlp = Mlp.uniform(2, 1, 3, 32, Activation.RELU);
    float[] parameters = Network.initialize(mlp, 6).parameters().clone();
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] *= 1e6f;
    }
    Network network = new Network(mlp, parameters);
    StepProgram program =
        new StepProgram(
            1, 1,
            List.of(StepRow.builder(2, 1).network(new double[] {1}, 1).state(1).output(1e-25).build()));
    assertThat(sample(new CudaEngine(FUSED), network, program, PhysicsTerm.none(), 20)).doesNotContain(Float.NaN);
    assertThatThrownBy(() -> sample(new CudaEngine(TENSOR), network, program, PhysicsTerm.none(), 20))
        .hasMessageMatching("sample 50\\d stopped being finite at row 0.*--precision float32.*");
  }

  /// A sample on tensor cores is the same whatever is beside it in its tile.
  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128})
  void tensorSamplesOfEveryCountAreTheFirstOfMore(int width) {
    Network network = Network.initialize(Mlp.uniform(2, 1, 3, width, Activation.TANH), 6);
    StepProgram program = EngineContract.everything(1, new Random(4));
    float[] whole = sample(new CudaEngine(TENSOR), network, program, sphere(2), 150);
    for (int count : new int[] {1, 15, 16, 17, 33, 64, 65, 129}) {
      assertThat(sample(new CudaEngine(TENSOR), network, program, sphere(2), count))
          .containsExactly(java.util.Arrays.copyOf(whole, 2 * count));
    }
  }
}
