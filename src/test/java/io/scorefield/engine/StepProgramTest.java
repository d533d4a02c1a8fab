package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.DataRange;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepProgramTest {
  /// Overwrites arrays, as a careless caller would.
  private static void spoil(double[]... arrays) {
    for (double[] array : arrays) {
      assertThat(array).isNotEmpty();
      Arrays.fill(array, 77);
    }
  }

  @Test
  void itsArraysCannotBeChangedByOthers() {
    double[] features = {0.5, 0.25};
    StepRow row = StepRow.builder(2, 1).network(features, 1).output(0.5).build();
    double[] bounds = {-1, 2};
    double[] given = {3};
    StepProgram program = new StepProgram(2, 1, List.of(row), bounds, bounds, List.of(), given);
    double[] columns = row.columns();
    spoil(features, bounds, given, program.lowest(), program.highest(), program.given(), row.timeFeatures(), row.columns());
    assertThat(program.lowest()).containsExactly(-1, 2);
    assertThat(program.highest()).containsExactly(-1, 2);
    assertThat(program.highest(1)).isEqualTo(2);
    assertThat(program.given()).containsExactly(3);
    assertThat(row.timeFeatures()).containsExactly(0.5, 0.25);
    assertThat(columns).containsOnlyOnce(0.5).doesNotContain(77);
    assertThat(row.columns()).doesNotContain(77);
  }

  @Test
  void norCanThoseOfARange() {
    double[] lowest = {-1};
    DataRange range = new DataRange(lowest, new double[] {2}, 2);
    spoil(lowest, range.lowest(), range.highest());
    assertThat(range.lowest()).containsExactly(-1);
    assertThat(range.highest()).containsExactly(2);
    assertThat(range.lowest(0)).isEqualTo(-1);
  }
}
