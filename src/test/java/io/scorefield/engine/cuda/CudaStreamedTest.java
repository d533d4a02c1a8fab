package io.scorefield.engine.cuda;

import static io.scorefield.engine.Same.worst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineContract;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The kernels for many samples of wide networks (`kernels/device/streamed_network.cuh`), on a device with the shared
/// memory that they need.
@Tag("cuda")
class CudaStreamedTest {
  private static final PhysicsTerm SPHERE =
      PhysicsTerm.of(Constraint.sphere(2, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE);

  /// More than half a tile for each of the emulator's two multiprocessors, and no whole number of tiles.
  private static final int COUNT = 150;

  @BeforeEach
  void needsADevice() {
    TestDevice.require();
  }

  @AfterEach
  void theUsualDevice() {
    if (!TestDevice.gpu()) {
      TestDevice.reset();
    }
  }

  private static void shared(int bytes) {
    if (!TestDevice.gpu()) {
      TestDevice.machine(1, 4L << 30, 90, 12060, 2, bytes);
    }
  }

  private static float[] sample(Engine engine, Network network, StepProgram program, int count) throws IOException {
    float[] samples = new float[2 * count];
    try (engine) {
      engine.sample(
          network, program, SPHERE, SampleRequest.of(3, 500, count),
          (first, size, block) -> System.arraycopy(block, 0, samples, (int) (first - 500) * 2, size * 2));
    }
    return samples;
  }

  private static float[] sample(Precision precision, Network network, StepProgram program) throws IOException {
    return sample(engine(Route.PORTABLE, precision), network, program, COUNT);
  }

  private static Engine engine(Route route, Precision precision) {
    return new CudaEngine(CudaOptions.defaults().withRoute(route).withPrecision(precision));
  }

  /// Tiles of 128 samples make the bits of smaller ones; exact weights come nearer to the reference. Gradients go back
  /// through piecewise linear activations, by the bits that were kept.
  @ParameterizedTest
  @CsvSource({"3, LEAKY_RELU, true", "2, RELU, true", "3, TANH, false", "2, SILU, false"})
  void samplesAgreeWithSmallerTilesAndTheReference(int layers, Activation activation, boolean guided)
      throws IOException {
    Network network = Network.initialize(Mlp.uniform(2, 3, layers, 512, activation), 6);
    StepProgram everything = EngineContract.everything(3, new Random(4));
    StepProgram program =
        guided
            ? everything
            : everything.withRows(everything.rows().stream().filter(row -> !row.usesPhysics()).toList());
    shared(166_912);
    float[] small = sample(Precision.HALF, network, program);
    shared(232_448);
    float[] half = sample(Precision.HALF, network, program);
    float[] mixed = sample(Precision.MIXED, network, program);
    float[] expected = sample(new ReferenceEngine(2), network, program, COUNT);
    assertThat(half).containsExactly(small);
    assertThat(worst(half, expected)).as("half").isLessThan(1e-2);
    assertThat(worst(mixed, expected)).as("mixed").isLessThan(guided ? 3e-3 : 5e-4);
    if (layers > 2) {
      assertThat(mixed).isNotEqualTo(half);
    }
  }

  /// Warpgroups make the bits of warps alone, where tensor cores sum alike: through no product, one, and several in their
  /// order, back too; the last cluster has one tile only. The emulator does what goes on beside the threads as late as it
  /// may, and as early in reverse order.
  @ParameterizedTest
  @CsvSource({
    "4, LEAKY_RELU, true, HALF", "3, RELU, true, MIXED", "3, SILU, false, HALF", "4, TANH, false, MIXED",
    "2, RELU, true, HALF"
  })
  void warpgroupsMakeTheBitsOfWarps(int layers, Activation activation, boolean guided, Precision precision)
      throws IOException {
    shared(232_448);
    assumeTrue(Device.facts(0).hopper(), "a device of compute capability 9.0 has them");
    Network network = Network.initialize(Mlp.uniform(2, 3, layers, 512, activation), 8);
    StepProgram everything = EngineContract.everything(3, new Random(5));
    Stream<StepRow> plain = everything.rows().stream().filter(row -> row.usesNetwork() && !row.usesPhysics()).limit(1);
    Stream<StepRow> through =
        everything.rows().stream().filter(row -> row.usesGradient() && row.x0FromOutput() != 0).limit(guided ? 1 : 0);
    StepProgram program = everything.withRows(Stream.concat(plain, through).toList());
    // An odd number of tiles, the last not full, and enough for every multiprocessor.
    int count = 128 * Device.facts(0).multiprocessors() + 14;
    float[] expected = sample(engine(Route.PORTABLE, precision), network, program, count);
    if (TestDevice.gpu()) {
      assertThat(worst(sample(engine(Route.AUTO, precision), network, program, count), expected)).isLessThan(1e-3);
      return;
    }
    TestDevice.launched();
    assertThat(sample(engine(Route.AUTO, precision), network, program, count)).containsExactly(expected);
    assertThat(TestDevice.launched()).contains("warpgroup_" + precision.key() + "_512_128" + (guided ? "_back" : ""));
  }

  @Test
  void aDeviceWhoseWarpgroupsMultiplyWronglyIsNotReliedOn() {
    assumeFalse(TestDevice.gpu(), "the finding is made up");
    shared(232_448);
    Network network = Network.initialize(Mlp.uniform(2, 3, 3, 512, Activation.TANH), 8);
    StepProgram program = EngineContract.everything(3, new Random(5));
    StepRow plain = program.rows().stream().filter(row -> row.usesNetwork() && !row.usesPhysics()).findFirst().orElseThrow();
    try (Device device = new Device(0)) {
      device.call(() -> device.kernels().once("check_products_half", () -> 3));
      assertThatThrownBy(
              () -> sample(engine(Route.AUTO, Precision.HALF), network, program.withRows(List.of(plain)), COUNT))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("multiply wrongly (check_products_half is off by 3.0)")
          .hasMessageContaining("use --kernels portable");
    }
  }
}
