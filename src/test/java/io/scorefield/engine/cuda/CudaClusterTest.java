package io.scorefield.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingContract;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Training by one cluster of blocks (`training_cluster`), on what looks like an H200 or is one: the bits of the kernels
/// that every device has.
@Tag("cuda")
class CudaClusterTest {
  private static final CudaOptions AUTO = CudaOptions.defaults();
  private static final CudaOptions PORTABLE = AUTO.withRoute(Route.PORTABLE);
  private static final String CLUSTER = "training_cluster";
  private static final String RESIDENT = "training_resident";

  @BeforeAll
  static void hopper() {
    TestDevice.require();
    if (!TestDevice.gpu()) {
      TestDevice.machine("h200");
    }
    assumeTrue(Device.facts(0).capability() == 90, "the device has no clusters of compute capability 9.0");
    assertThat(String.join("\n", CudaEngine.describe())).contains("trains in clusters of 16 blocks");
  }

  @AfterAll
  static void reset() {
    if (!TestDevice.gpu()) {
      TestDevice.reset();
    }
  }

  private static AdamOptions adam(double clip) {
    return new AdamOptions(0.9, 0.999, 1e-8, clip, 0.9);
  }

  /// Two launches, of 2 and 3 steps, by kernels of that name.
  private static TrainingState train(CudaOptions options, TrainingPlan plan, String kernel) {
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    if (!TestDevice.gpu()) {
      TestDevice.launched();
    }
    try (Engine engine = new CudaEngine(options);
        TrainingSession session = engine.train(plan, start)) {
      for (int steps : new int[] {2, 3}) {
        session.advance(TrainingContract.examples(steps * plan.batch()), TrainingContract.rates(steps));
      }
      if (!TestDevice.gpu()) {
        assertThat(TestDevice.launched()).contains(kernel);
      }
      return session.state();
    }
  }

  private static void assertSame(TrainingPlan plan) {
    TrainingState actual = train(AUTO, plan, CLUSTER);
    TrainingState expected = train(PORTABLE, plan, RESIDENT);
    assertThat(actual.step()).isEqualTo(expected.step()).isEqualTo(5);
    assertThat(actual.parameters()).containsExactly(expected.parameters());
    assertThat(actual.average()).containsExactly(expected.average());
    assertThat(actual.firstMoment()).containsExactly(expected.firstMoment());
    assertThat(actual.secondMoment()).containsExactly(expected.secondMoment());
  }

  /// Fewer chunks than blocks, a last chunk that is not full, parameters beyond those of one round of the blocks.
  @ParameterizedTest(name = "D {0}, E {1}, width {2}, layers {3}, {4}, batch {5}, clip {6}")
  @CsvSource({
    "2, 1, 64, 3, TANH, 256, Infinity", "2, 1, 64, 3, TANH, 256, 0.01", "1, 0, 1, 1, SILU, 1, 0.01",
    "3, 2, 65, 2, SOFTPLUS, 70, 0.02", "17, 3, 9, 4, LEAKY_RELU, 129, Infinity", "2, 0, 90, 3, RELU, 40, 0.01",
    "2, 4, 33, 2, SILU, 250, 100",
  })
  void itHasTheBitsOfOtherDevices(
      int dimension, int features, int width, int layers, Activation activation, int batch, double clip) {
    assertSame(TrainingContract.plan(Mlp.uniform(dimension, features, layers, width, activation), batch, adam(clip)));
  }

  /// Without laws, with conditions, with noise that belongs to the data.
  @ParameterizedTest(name = "laws {0}, conditions {1}, paired {2}, batch {3}")
  @CsvSource({
    "false, 0, false, 256", "false, 0, true, 37", "false, 2, false, 100", "true, 1, false, 49", "true, 0, true, 16",
  })
  void itHasThemForAllKindsOfExamples(boolean laws, int conditions, boolean paired, int batch) {
    TrainingPlan plan = TrainingContract.plan(Mlp.uniform(4, 2, 3, 20, Activation.SILU), batch, adam(laws ? 0.05 : 1e9));
    float[] noise = new float[plan.data().length];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) Math.cos(2.3 * i);
    }
    List<NoiseTable.Row> rows = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      rows.add(new NoiseTable.Row(new double[] {0.1 * i, 1}, 1 - 0.05 * i, 0.1 * i, 0.9, 0.2, 1 + i, 1.5, 1, -0.1 * i));
    }
    NoiseTable table = laws ? plan.table() : NoiseTable.of(rows);
    assertSame(
        new TrainingPlan(
            plan.architecture(), table.withConditions(conditions), plan.data(), batch, plan.adam(), plan.seed(),
            laws ? plan.physics() : Optional.empty(), plan.combination(),
            paired ? Optional.of(new TrainingPlan.Pairing(noise, 2)) : Optional.empty()));
  }

  /// A part of a device may have no room for 16 blocks that run beside each other.
  @Test
  void aDeviceThatDoesNotStartTheClusterTakesOtherKernels() {
    assumeFalse(TestDevice.gpu(), "only the emulator can be made to fail");
    TrainingPlan plan = TrainingContract.plan(Mlp.uniform(2, 1, 2, 8, Activation.TANH), 100, adam(1));
    try {
      TestDevice.fail("cuLaunchKernel", 1, CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE);
      assertThat(String.join("\n", CudaEngine.describe())).contains("starts no clusters of 16 blocks");
      TestDevice.fail("cuLaunchKernel", 1, CUresult.CUDA_ERROR_LAUNCH_FAILED);
      assertThatThrownBy(() -> train(AUTO, plan, CLUSTER)).hasMessageContaining("the launch of check_cluster");
      TestDevice.fail("cuLaunchKernel", 1, CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE);
      TrainingState without = train(AUTO, plan, RESIDENT);
      TestDevice.failNever();
      assertThat(train(AUTO, plan, CLUSTER).parameters()).containsExactly(without.parameters());
    } finally {
      TestDevice.failNever();
    }
  }

  /// What it has no room for goes to other kernels: more chunks than blocks, wide networks, second evaluations.
  @Test
  void otherWorkGoesToOtherKernels() {
    Mlp small = Mlp.uniform(2, 1, 2, 8, Activation.TANH);
    train(AUTO, TrainingContract.plan(small, 257, adam(1)), RESIDENT);
    train(AUTO, TrainingContract.plan(Mlp.uniform(2, 1, 3, 160, Activation.TANH), 5, adam(1)), "training_gather");
    train(
        AUTO, TrainingContract.plan(small, 9, adam(1), true, TrainingPlan.Combination.SUM), "training_pass_fused_16");
    train(CudaOptions.defaults().withRoute(Route.FUSED), TrainingContract.plan(small, 9, adam(1)), "training_pass_fused_16");
  }

  /// A loss that is not finite ends the training after the step before it, on every block.
  @Test
  void itStopsWhereALossIsNotFinite() {
    TrainingPlan plan = TrainingContract.plan(Mlp.uniform(2, 1, 3, 24, Activation.TANH), 100, adam(1));
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    double[] rates = {1e-3, 1e30, 1e-3, 1e-3};
    double[] losses;
    float[] parameters;
    try (Engine engine = new CudaEngine(AUTO);
        TrainingSession session = engine.train(plan, start)) {
      losses = session.advance(TrainingContract.examples(400), rates).data();
      parameters = session.state().parameters();
      assertThat(session.state().step()).isEqualTo(2);
    }
    assertThat(losses).hasSize(3);
    try (Engine engine = new CudaEngine(PORTABLE);
        TrainingSession session = engine.train(plan, start)) {
      assertThat(session.advance(TrainingContract.examples(400), rates).data()).containsExactly(losses);
      assertThat(session.state().parameters()).containsExactly(parameters);
    }
  }
}
