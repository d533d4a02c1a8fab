package io.scorefield.engine.cuda.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.cuda.driver.PtxParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The struct that Java writes for the evaluation of a network.
class EvaluationStructTest {
  @BeforeAll
  static void needsTheKernels() {
    PtxParameters.require();
  }

  @Test
  void isAsLongAsTheKernelsParameter() {
    assertThat(PtxParameters.of("fused_mlp", "evaluate_plain")).containsExactly(CudaEvaluation.STRUCT);
    assertThat(PtxParameters.of("program_evaluation", "evaluate_program")).containsExactly(CudaEvaluation.STRUCT);
  }
}
