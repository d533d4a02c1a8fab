package io.scorefield.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineContract;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingContract;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The host's side: several devices, too little memory, calls that fail, and that nothing is left open. It needs the
/// emulator, which can be told to fail.
@Tag("cuda")
class CudaHostTest {
  private static final Mlp MLP = Mlp.uniform(2, 3, 3, 64, Activation.TANH);
  private static final Network NETWORK = Network.initialize(MLP, 6);
  private static final StepProgram PROGRAM = EngineContract.everything(3, new Random(4));
  private static final PhysicsTerm PHYSICS =
      PhysicsTerm.of(Constraint.sphere(2, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE);
  private long openBefore;

  @BeforeAll
  static void needsTheEmulator() {
    assumeFalse(TestDevice.gpu(), "only the emulator can be made to fail");
    TestDevice.require();
  }

  @BeforeEach
  void count() {
    TestDevice.reset();
    openBefore = TestDevice.open();
  }

  /// What a test kept from being closed must not take memory from the next.
  @AfterEach
  void reset() {
    TestDevice.forget();
    TestDevice.reset();
  }

  private static float[] sample(CudaOptions options, int count) {
    float[] samples = new float[2 * count];
    try (Engine engine = new CudaEngine(options)) {
      engine.sample(
          NETWORK, PROGRAM, PHYSICS, SampleRequest.of(3, 500, count),
          (first, size, block) ->
              System.arraycopy(block, 0, samples, (int) (first - 500) * 2, size * 2));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return samples;
  }

  private static TrainingPlan plan(int batch) {
    return TrainingContract.plan(MLP, batch, new AdamOptions(0.9, 0.999, 1e-8, 0.5, 0.9));
  }

  private static float[] train(CudaOptions options, TrainingPlan plan) {
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    try (Engine engine = new CudaEngine(options);
        TrainingSession session = engine.train(plan, start)) {
      session.advance(TrainingContract.examples(2 * plan.batch()), TrainingContract.rates(2));
      return session.state().parameters();
    }
  }

  @Test
  void nothingIsLeftOpen() {
    everything(CudaOptions.defaults());
    assertThat(TestDevice.open()).isEqualTo(openBefore);
    // A training that is still open goes with its engine.
    try (Engine engine = new CudaEngine(CudaOptions.defaults())) {
      engine.train(plan(16), TrainingState.start(NETWORK));
    }
    assertThat(TestDevice.open()).isEqualTo(openBefore);
  }

  private static long[] counts(String... functions) {
    return Arrays.stream(functions).mapToLong(TestDevice::calls).toArray();
  }

  /// What a start costs, and a second engine: a context is made and kernels are translated once a process.
  @Test
  void enginesShareTheContextAndItsKernels() throws Exception {
    String[] functions = {
      "cuDevicePrimaryCtxRetain", "cuModuleLoadData", "cuMemAlloc", "cuMemAllocHost", "cuDevicePrimaryCtxRelease",
      "cuModuleUnload"
    };
    long[] before = counts(functions);
    float[] expected;
    try (Engine one = new CudaEngine(CudaOptions.defaults())) {
      long[] opened = counts(functions);
      assertThat(opened).containsExactly(before[0] + 1, before[1], before[2], before[3], before[4], before[5]);
      expected = sample(CudaOptions.defaults(), 100);
      long[] sampled = counts(functions);
      assertThat(sampled[0]).isEqualTo(opened[0]);
      assertThat(sampled[1]).isEqualTo(opened[1] + 1);
      assertThat(sampled[4]).isEqualTo(opened[4]);
      // Others at the same time, each with a stream of its own.
      Callable<float[]> other = () -> sample(CudaOptions.defaults(), 100);
      try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
        for (Future<float[]> samples : threads.invokeAll(List.of(other, other, other))) {
          assertThat(samples.get()).containsExactly(expected);
        }
      }
      assertThat(counts("cuModuleLoadData")).containsExactly(sampled[1]);
      assertThat(counts("cuModuleUnload", "cuDevicePrimaryCtxRelease")).containsExactly(before[5], before[4]);
      assertThat(one.info().name()).isEqualTo("cuda");
    }
    assertThat(counts("cuModuleUnload", "cuDevicePrimaryCtxRelease")).containsExactly(before[5] + 1, before[4] + 1);
    assertThat(TestDevice.open()).isEqualTo(openBefore);
    assertThat(sample(CudaOptions.defaults(), 100)).containsExactly(expected);
  }

  @Test
  void severalDevicesMakeTheSamplesOfOne() {
    TestDevice.machine(3, 1L << 30, 80, 12060, 2, 166912);
    float[] one = sample(CudaOptions.defaults(), 1000);
    CudaOptions three = CudaOptions.defaults().withDevices(List.of(2, 0, 1)).withBlockFloats(150);
    assertThat(sample(three, 1000)).containsExactly(one);
    assertThatThrownBy(() -> new CudaEngine(CudaOptions.defaults().withDevices(List.of(0, 3))))
        .hasMessageContaining("no device 3")
        .hasMessageContaining("shows 3");
    assertThat(TestDevice.open()).isEqualTo(openBefore);
  }

  @Test
  void blocksComeInOrderWhileTheSinkIsSlow() throws IOException {
    float[] expected = sample(CudaOptions.defaults(), 333);
    float[] actual = new float[666];
    long[] next = {500};
    try (Engine engine = new CudaEngine(CudaOptions.defaults().withBlockFloats(40))) {
      engine.sample(
          NETWORK, PROGRAM, PHYSICS, SampleRequest.of(3, 500, 333).withSnapshots(2),
          new SampleSink() {
            @Override
            public void accept(long first, int size, float[] block) {
              assertThat(first).isEqualTo(next[0]);
              next[0] += size;
              System.arraycopy(block, 0, actual, (int) (first - 500) * 2, size * 2);
            }

            @Override
            public void snapshot(int index, long first, int size, float[] states) {
              assertThat(first).isEqualTo(next[0]);
            }
          });
    }
    assertThat(actual).containsExactly(expected);
  }

  @Test
  void aSinkThatFailsLeavesNothingOpen() {
    IOException full = new IOException("disk full");
    assertThatThrownBy(
            () -> {
              try (Engine engine = new CudaEngine(CudaOptions.defaults().withBlockFloats(40))) {
                engine.sample(
                    NETWORK, PROGRAM, PHYSICS, SampleRequest.of(3, 0, 333),
                    (first, count, block) -> {
                      throw full;
                    });
              }
            })
        .isSameAs(full);
    assertThat(TestDevice.open()).isEqualTo(openBefore);
  }

  /// Less memory cuts the work into smaller pieces; the results do not change.
  @Test
  void littleMemoryChangesNoResult() {
    float[] samples = sample(CudaOptions.defaults(), 20000);
    TrainingPlan plan = plan(3000);
    CudaOptions series = CudaOptions.defaults().withRoute(Route.FUSED);
    float[] parameters = train(series, plan);
    long calls = TestDevice.calls("cuLaunchKernel");
    TestDevice.machine(1, 320_000, 80, 12060, 2, 166912);
    assertThat(sample(CudaOptions.defaults(), 20000)).containsExactly(samples);
    assertThat(TestDevice.calls("cuLaunchKernel") - calls).isGreaterThan(1);
    TestDevice.machine(1, 3_000_000, 80, 12060, 2, 166912);
    assertThat(train(series, plan)).containsExactly(parameters);
    TestDevice.machine(1, 50_000, 80, 12060, 2, 166912);
    assertThatThrownBy(() -> sample(CudaOptions.defaults(), 10))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY")
        .hasMessageContaining("smaller batch");
    assertThat(TestDevice.open()).isEqualTo(openBefore);
  }

  /// Devices with less shared memory take smaller tiles; the samples do not change.
  @Test
  void littleSharedMemoryChangesNoResult() {
    CudaOptions fused = CudaOptions.defaults().withRoute(Route.FUSED);
    float[] expected = sample(fused, 100);
    for (int limit : new int[] {65536, 12000, 5000, 1000}) {
      TestDevice.machine(1, 1L << 30, 75, 12060, 2, limit);
      assertThat(sample(fused, 100)).as("%d bytes", limit).containsExactly(expected);
    }
  }

  /// On a slow device the plain kernels have less to do in each launch, so that a display's watchdog lets them; the
  /// results stay.
  @Test
  void plainWorkComesInShortLaunches() {
    TestDevice.machine("ampere");
    CudaOptions plain = CudaOptions.defaults().withRoute(Route.PLAIN);
    TrainingPlan plan = plan(3000);
    float[] x = new float[6000];
    Random random = new Random(1);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    long[] launches = new long[6];
    float[][] results = new float[6][];
    for (int slow = 0; slow < 2; slow++) {
      if (slow == 1) {
        TestDevice.clock(2000); // 1.6e7 operations a second: a few samples, under 2000 points, some chunks
      }
      for (int work = 0; work < 3; work++) {
        long before = TestDevice.calls("cuLaunchKernel");
        results[3 * slow + work] =
            switch (work) {
              case 0 -> sample(plain, 300);
              case 1 -> evaluate(plain, x);
              default -> train(plain, plan);
            };
        launches[3 * slow + work] = TestDevice.calls("cuLaunchKernel") - before;
      }
    }
    for (int work = 0; work < 3; work++) {
      assertThat(results[3 + work]).as("work %d", work).containsExactly(results[work]);
      assertThat(launches[3 + work]).as("launches of work %d", work).isGreaterThan(launches[work]);
    }
    assertThat(launches[0]).isEqualTo(1);
    double cost =
        200.0 * PROGRAM.rows().size()
            + PROGRAM.cost(2, PHYSICS).inNetwork(MLP.flopsPerEvaluation()) + PROGRAM.cost(2, PHYSICS).inLaws(PHYSICS);
    assertThat(launches[3]).isEqualTo((long) Math.ceil(300 / Math.floor(1.6e7 / cost)));
  }

  private static float[] evaluate(CudaOptions options, float[] x) {
    float[] output = new float[x.length];
    try (Engine engine = new CudaEngine(options)) {
      engine.evaluate(NETWORK, x, new double[3], output);
    }
    return output;
  }

  @Test
  void whatADriverCannotDoIsSaid() {
    TestDevice.machine(1, 1L << 30, 70, 12060, 2, 98304);
    assertThatThrownBy(() -> new CudaEngine(CudaOptions.defaults()))
        .hasMessageContaining("compute capability 7.0")
        .hasMessageContaining("7.5");
    TestDevice.machine(1, 1L << 30, 80, 10020, 2, 98304);
    assertThatThrownBy(() -> sample(CudaOptions.defaults(), 3))
        .hasMessageContaining("CUDA_ERROR_UNSUPPORTED_PTX_VERSION")
        .hasMessageContaining("update it");
    assertThat(TestDevice.open()).isEqualTo(openBefore);
  }

  @Test
  void launchesThatNoDeviceTakesAreRefusedBeforeTheDriverSeesThem() {
    try (Device device = new Device(0)) {
      long launches = TestDevice.calls("cuLaunchKernel");
      Kernels.Kernel kernel = device.call(() -> device.kernels().get("forward_noising", "forward_noising"));
      for (int[] size : new int[][] {{0, 1, 32}, {1, 0, 32}, {1, 1, 0}, {1, 1, 2048}, {1, 70000, 32}}) {
        assertThatThrownBy(
                () ->
                    device.call(
                        () -> {
                          device.kernels().launch(kernel, size[0], size[1], size[2], 0);
                          return null;
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("cannot launch forward_noising");
      }
      assertThat(TestDevice.calls("cuLaunchKernel")).isEqualTo(launches);
    }
  }

  /// Noise, an evaluation, samples and a training.
  private static void everything(CudaOptions options) {
    try (Engine engine = new CudaEngine(options)) {
      NoiseTable table =
          NoiseTable.of(List.of(new NoiseTable.Row(new double[0], 0.5, 0.5, 1, 0, 0, 0, 0, 0)));
      engine.forwardNoise(table, new int[3], new float[6], 1, 0, new float[6]);
      engine.evaluate(NETWORK, new float[6], new double[3], new float[6]);
      try {
        engine.sample(
            NETWORK, PROGRAM, PHYSICS, SampleRequest.of(3, 0, 100).withInitial(new float[200]),
            (first, count, block) -> {});
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      TrainingPlan plan = plan(300);
      try (TrainingSession session = engine.train(plan, TrainingState.start(Network.initialize(MLP, 2)))) {
        session.advance(TrainingContract.examples(900), TrainingContract.rates(3));
        session.state();
      }
    }
  }

  /// Every call of every function of the driver fails once: there is an exception that names it, all the rest is closed,
  /// and the engine works again afterwards.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuDeviceGet", "cuDeviceGetName", "cuDeviceTotalMem", "cuDeviceGetAttribute", "cuDevicePrimaryCtxRetain",
        "cuCtxSetCurrent", "cuStreamCreate", "cuModuleLoadData", "cuModuleGetFunction", "cuFuncSetAttribute",
        "cuOccupancyMaxActiveBlocksPerMultiprocessor", "cuMemAlloc", "cuMemAllocHost", "cuMemcpyHtoDAsync",
        "cuMemcpyDtoHAsync", "cuMemsetD8Async", "cuLaunchKernel", "cuStreamSynchronize", "cuStreamBeginCapture",
        "cuStreamEndCapture", "cuGraphInstantiate", "cuGraphLaunch", "cuMemFree", "cuMemFreeHost", "cuStreamDestroy",
        "cuModuleUnload", "cuEventCreate", "cuEventRecord", "cuEventElapsedTime", "cuEventDestroy", "cuGraphDestroy", "cuGraphExecDestroy", "cuDevicePrimaryCtxRelease"
      })
  void aCallThatFailsIsNamedAndLeavesNothingOpen(String function) {
    CudaOptions options = CudaOptions.defaults().withRoute(Route.FUSED);
    long before = TestDevice.calls(function);
    everything(options);
    long calls = TestDevice.calls(function) - before;
    assertThat(calls).as("calls of %s", function).isPositive();
    boolean closes =
        function.contains("Free") || function.contains("Destroy") || function.contains("Unload")
            || function.contains("Release") || function.equals("cuStreamEndCapture");
    long[] numbers =
        java.util.stream.LongStream.rangeClosed(1, calls)
            .filter(n -> n <= 25 || n == calls || n % 53 == 0)
            .toArray();
    for (long number : numbers) {
      openBefore = TestDevice.open();
      TestDevice.fail(function, number, CUresult.CUDA_ERROR_LAUNCH_FAILED);
      Throwable thrown =
          Assertions.assertTimeoutPreemptively(
              Duration.ofSeconds(60), () -> catchThrowable(() -> everything(options)));
      TestDevice.failNever();
      assertThat(thrown)
          .as("call %d of %s", number, function)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED");
      // What could not be closed stays open, and nothing else.
      assertThat(TestDevice.open() - openBefore).as("open after call %d of %s", number, function)
          .isBetween(0L, closes ? 1L : 0L);
    }
    everything(options);
  }

  /// After a kernel's fault every call fails, also those that close: the first failure is the one that is told.
  @ParameterizedTest
  @ValueSource(strings = {"cuMemAlloc", "cuLaunchKernel", "cuStreamSynchronize", "cuGraphLaunch", "cuMemcpyDtoHAsync"})
  void theFirstFailureIsTold(String function) {
    CudaOptions options = CudaOptions.defaults().withRoute(Route.FUSED);
    everything(options);
    TestDevice.failForGood(function, 2, CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
    Throwable thrown = catchThrowable(() -> everything(options));
    TestDevice.failNever();
    TestDevice.forget();
    String call = function.equals("cuLaunchKernel") ? "the launch of" : function;
    assertThat(thrown).isInstanceOf(EngineException.class).hasMessageStartingWith(call);
    assertThat(thrown.getSuppressed()).isNotEmpty();
  }

  /// A step that failed leaves weights and step number apart: nothing may go on from there.
  @Test
  void aTrainingThatFailedInTheMiddleIsNotContinued() {
    TrainingPlan plan = plan(300);
    try (Engine engine = new CudaEngine(CudaOptions.defaults().withRoute(Route.FUSED));
        TrainingSession session = engine.train(plan, TrainingState.start(Network.initialize(MLP, 2)))) {
      session.advance(TrainingContract.examples(300), TrainingContract.rates(1));
      TestDevice.fail("cuGraphLaunch", 2, CUresult.CUDA_ERROR_LAUNCH_FAILED);
      assertThatThrownBy(
              () -> session.advance(TrainingContract.examples(900), TrainingContract.rates(3)))
          .hasMessageContaining("cuGraphLaunch");
      TestDevice.failNever();
      assertThatThrownBy(session::state).hasMessageContaining("last stored state");
      assertThatThrownBy(
              () -> session.advance(TrainingContract.examples(300), TrainingContract.rates(1)))
          .hasMessageContaining("last stored state");
    }
    assertThat(TestDevice.open()).isEqualTo(openBefore);
  }

  /// JCuda's way to make graphs is younger than the oldest drivers.
  @Test
  void oldDriversTrainWithoutGraphs() {
    CudaOptions series = CudaOptions.defaults().withRoute(Route.FUSED);
    float[] expected = train(series, plan(64));
    TestDevice.machine(1, 4L << 30, 80, 11020, 2, 166912);
    long graphs = TestDevice.calls("cuGraphInstantiate");
    assertThat(train(series, plan(64))).containsExactly(expected);
    assertThat(TestDevice.calls("cuGraphInstantiate")).isEqualTo(graphs);
  }

  /// What cuBLAS needs is set aside before memory is measured out to the samples.
  @Test
  void memoryIsCutAroundCublas() {
    assumeTrue(Cublas.unavailable().isEmpty(), Cublas.unavailable());
    CudaOptions cublas = CudaOptions.defaults().withRoute(Route.CUBLAS);
    float[] samples = sample(cublas, 20000);
    float[] parameters = train(cublas, plan(3000));
    TestDevice.machine(1, (33L << 20) + 8_000_000, 80, 12060, 2, 166912);
    assertThat(sample(cublas, 20000)).containsExactly(samples);
    assertThat(train(cublas, plan(3000))).containsExactly(parameters);
    TestDevice.machine(1, 500_000, 80, 12060, 2, 166912);
    assertThatThrownBy(() -> sample(cublas, 10))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("for cuBLAS")
        .hasMessageContaining("--kernels layers");
    assertThat(TestDevice.open()).isEqualTo(openBefore);
  }

  @Test
  void theDeviceIsDescribed() {
    TestDevice.machine("ampere");
    try (Engine engine = new CudaEngine(CudaOptions.defaults())) {
      assertThat(engine.info().name()).isEqualTo("cuda");
      assertThat(engine.info().device())
          .contains("CPU emulator", "compute capability 8.0", "kernels compute_80", "driver for CUDA 12.6");
    }
    TestDevice.machine(1, 1L << 30, 75, 12060, 2, 65536);
    try (Engine engine = new CudaEngine(CudaOptions.defaults())) {
      assertThat(engine.info().device()).contains("kernels compute_75");
    }
  }

  private static float[] samples(CudaEngine engine, Network network, StepProgram program, SampleRequest request) {
    float[] samples = new float[2 * (int) request.count()];
    try {
      engine.sample(
          network, program, PHYSICS, request,
          (first, size, block) ->
              System.arraycopy(block, 0, samples, (int) (first - request.first()) * 2, size * 2));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    return samples;
  }

  /// The tables and buffers of a call serve the next one, with another seed, other samples and initial states; not one
  /// with other parameters, another program or other snapshots, and not while a sink samples in between.
  @Test
  void theNextCallFindsWhatTheLastOneLeft() throws Exception {
    SampleRequest one = SampleRequest.of(3, 500, 40);
    SampleRequest other = SampleRequest.of(4, 77, 40);
    float[] parameters = NETWORK.parameters().clone();
    Network changing = new Network(MLP, parameters);
    try (CudaEngine engine = new CudaEngine(CudaOptions.defaults())) {
      float[] first = samples(engine, changing, PROGRAM, one);
      long before = TestDevice.calls("cuMemAlloc");
      float[] second = samples(engine, changing, PROGRAM, other);
      assertThat(samples(engine, changing, PROGRAM, one)).containsExactly(first);
      assertThat(TestDevice.calls("cuMemAlloc")).isEqualTo(before);
      assertThat(second).isNotEqualTo(first);
      parameters[3] += 0.5f;
      float[] changed = samples(engine, changing, PROGRAM, one);
      assertThat(changed).isNotEqualTo(first);
      assertThat(TestDevice.calls("cuMemAlloc")).isGreaterThan(before);
      float[][] inner = new float[1][];
      engine.sample(
          changing, PROGRAM, PHYSICS, one,
          (at, size, block) -> inner[0] = samples(engine, changing, PROGRAM, other));
      try (CudaEngine fresh = new CudaEngine(CudaOptions.defaults())) {
        assertThat(samples(fresh, changing, PROGRAM, one)).containsExactly(changed);
        assertThat(samples(fresh, changing, PROGRAM, other)).containsExactly(inner[0]);
      }
    }
  }
}
