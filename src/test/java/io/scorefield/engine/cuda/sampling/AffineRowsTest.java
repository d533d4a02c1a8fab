package io.scorefield.engine.cuda.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.StepRowBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Kernels that do not interpret rows get no row with a column that they do not have.
class AffineRowsTest {
  private static StepRowBuilder row() {
    return StepRow.builder(1, 0.5)
        .network(new double[] {0.5}, 0.9).x0(1.1, -0.3).state(0.9).output(0.2).saved(0.1).memory(0.3).memoryUpdate(0.5, 1)
        .save(true).noise(0.2, 0);
  }

  private static boolean affine(StepRowBuilder... rows) {
    return AffineRows.all(
        new StepProgram(1, 1, List.of(rows).stream().map(StepRowBuilder::build).toList(), new double[2], new double[2]), 2);
  }

  @Test
  void ordinaryColumnsAreTheirs() {
    assertThat(affine(row(), row().clip(true))).isTrue();
  }

  @Test
  void furtherRegistersAndConditionsAreNot() {
    assertThat(affine(row(), row().combine(2, -1))).isFalse();
    assertThat(affine(row().keep(true), row())).isFalse();
    assertThat(affine(row().shift(true))).isFalse();
    assertThat(affine(row().earlier(0.1))).isFalse();
    assertThat(affine(row().memoryState(0.1))).isFalse();
    assertThat(affine(row().components(0, 1))).isFalse();
  }
}
