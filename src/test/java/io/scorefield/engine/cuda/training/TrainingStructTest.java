package io.scorefield.engine.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.cuda.driver.PtxParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The struct that Java writes for training.
class TrainingStructTest {
  @BeforeAll
  static void needsTheKernels() {
    PtxParameters.require();
  }

  @Test
  void isAsLongAsTheKernelsParameter() {
    assertThat(PtxParameters.of("training", "training_adam")).containsExactly(TrainingMemory.STRUCT);
    assertThat(PtxParameters.of("program_training", "train_program_chunks")).containsExactly(TrainingMemory.STRUCT);
  }
}
