package io.scorefield.engine.layout;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The time features of a sampler's rows, for networks that take them as they are: network programs.
public final class RowFeatures {
  private RowFeatures() {}

  /// Those of every row that uses the network, `float[network rows][E]`.
  public static MemorySegment of(StepProgram program, Arena arena) {
    return of(program.rows().stream().filter(StepRow::usesNetwork).map(StepRow::timeFeatures).toList(), arena);
  }

  /// Those given, `float[rows][E]`.
  public static MemorySegment of(List<double[]> rows, Arena arena) {
    int features = rows.isEmpty() ? 0 : rows.getFirst().length;
    float[] all = new float[rows.size() * features];
    for (int i = 0; i < all.length; i++) {
      all[i] = Tables.toFloat(rows.get(i / features)[i % features], "a time feature");
    }
    return arena.allocateFrom(JAVA_FLOAT, all);
  }
}
