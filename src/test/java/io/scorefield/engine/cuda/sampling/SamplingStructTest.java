package io.scorefield.engine.cuda.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.cuda.driver.PtxParameters;
import io.scorefield.engine.cuda.network.TensorMemory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The structs that Java writes for sampling.
class SamplingStructTest {
  @BeforeAll
  static void needsTheKernels() {
    PtxParameters.require();
  }

  @Test
  void isAsLongAsTheKernelsParameter() {
    assertThat(PtxParameters.of("reverse_sampling", "sample_plain")).containsExactly(CudaSampling.STRUCT);
    assertThat(PtxParameters.of("program_sampling", "sample_program")).containsExactly(CudaSampling.STRUCT);
    assertThat(PtxParameters.of("tensor_sampling_registers", "sample_half_32_32"))
        .containsExactly(CudaSampling.STRUCT, TensorMemory.NETWORK);
  }
}
