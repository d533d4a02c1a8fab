package io.scorefield.engine.cuda.sampling;

import io.scorefield.engine.RowUse;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.util.List;

/// Rows that only combine: x' is a sum of the state, the registers `saved` and m, the network's output (clipped or not)
/// and noise, each times a number of the row. `kernels/device/affine_sampler.cuh` runs them without interpreting them.
final class AffineRows {
  private static final List<RowUse> OTHERS =
      List.of(
          RowUse.ESTIMATE, RowUse.GRADIENT, RowUse.PROJECTION, RowUse.CONFINES, RowUse.TESTS, RowUse.DIVERGES,
          RowUse.SHIFTS, RowUse.KEEPS, RowUse.EARLIER, RowUse.REMEMBERS, RowUse.COMBINES);

  private AffineRows() {}

  /// Whether all rows of a program are such rows and change every component.
  static boolean all(StepProgram program, int dimension) {
    return program.given().length == 0 && program.rows().stream().allMatch(row -> is(row, dimension));
  }

  private static boolean is(StepRow row, int dimension) {
    return row.from() == 0 && row.end(dimension) == dimension && OTHERS.stream().noneMatch(row::uses);
  }
}
