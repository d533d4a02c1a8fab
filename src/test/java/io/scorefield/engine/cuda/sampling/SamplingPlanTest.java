package io.scorefield.engine.cuda.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which kernels a device is given.
class SamplingPlanTest {
  private static final Device.Facts H200 =
      new Device.Facts(0, "H200", 90, 132, 232_448, 139L << 30, true);

  private static String kernel(int width, Precision precision, Route route, int count, StepRow row) {
    Network network = Network.initialize(Mlp.uniform(2, 1, 3, width, Activation.TANH), 6);
    StepProgram program = new StepProgram(1, 1, List.of(row));
    SamplingPlan.Work work = CudaSampling.work(network, program, PhysicsTerm.none(), count);
    return SamplingPlan.choose(H200, route, precision, work).kernel();
  }

  private static StepRow row() {
    return StepRow.builder(1, 0).network(new double[1], 1).state(1).output(1).noise(1, 0).build();
  }

  @ParameterizedTest
  @CsvSource({
    "64, MIXED, AUTO, 1000000, affine_mixed_64_64_tanh",
    "64, HALF, AUTO, 1000000, affine_half_64_64_tanh",
    "32, HALF, TENSOR, 33792, affine_half_32_64_tanh",
    "32, MIXED, AUTO, 33791, affine_mixed_32_16_tanh",
    "64, SPLIT, AUTO, 1000000, sample_split_64_16",
    "64, FLOAT32, AUTO, 1000000, sample_fused_64",
    "64, MIXED, FUSED, 1000000, sample_fused_64",
    "128, MIXED, AUTO, 1000000, sample_split_128_64",
    "512, HALF, AUTO, 8449, warpgroup_half_512_128",
    "512, HALF, PORTABLE, 8449, streamed_half_512_128",
    "512, HALF, AUTO, 8448, sample_half_512_64",
    "512, MIXED, TENSOR, 1000000, warpgroup_mixed_512_128",
    "512, MIXED, PORTABLE, 1000000, streamed_mixed_512_128",
    "512, SPLIT, AUTO, 1000000, sample_split_512_32",
    "48, MIXED, AUTO, 1000000, sample_fused_64"
  })
  void widthPrecisionAndCountDecide(int width, Precision precision, Route route, int count, String kernel) {
    assertThat(kernel(width, precision, route, count, row())).isEqualTo(kernel);
  }

  /// Conditions, and rows that change only some components, have the interpreter.
  @Test
  void rowsThatDoMoreHaveTheInterpreter() {
    StepRow some = StepRow.builder(1, 0).network(new double[1], 1).state(1).output(1).components(0, 1).build();
    assertThat(kernel(64, Precision.MIXED, Route.AUTO, 1000, some)).isEqualTo("sample_split_64_16");
    assertThat(kernel(64, Precision.HALF, Route.AUTO, 1000, some)).isEqualTo("sample_half_64_32");
  }
}
