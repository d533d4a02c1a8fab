package io.scorefield.diffusion;

import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.util.ArrayList;
import java.util.List;

/// A condition that changes from noise to data, such as the temperature that a network is told.
///
/// Of n steps of a sampler, step k = 0 .. n - 1 is told the value at the share s = k / (n - 1): the first the start, and the
/// last, which gives the samples, the condition that they are asked for under; a single step is told that alone. Stages,
/// corrections and guidance of a step are told what the step is. Steps are the measure rather than ln(sigma / alpha), which
/// has no bounds where alpha or sigma comes to 0, and because a sampler has its steps where samples take shape.
@FunctionalInterface
public interface Annealing {
  /// The condition, greater than 0.
  ///
  /// @param share s, 0 to 1
  /// @param asked the condition that samples are asked for under, the value at 1
  double at(double share, double asked);

  /// A program that is told the condition step by step, by rows between the steps that multiply it and leave everything else
  /// alone.
  ///
  /// @param program whose other rows leave the condition alone
  /// @param component the condition, the last of the state
  default StepProgram apply(StepProgram program, int component, double asked) {
    int steps = program.rows().isEmpty() ? 0 : 1;
    for (int i = 1; i < program.rows().size(); i++) {
      steps += begins(program.rows(), i) ? 1 : 0;
    }
    List<StepRow> rows = new ArrayList<>();
    double told = value(0, steps, asked);
    double first = told;
    int step = 0;
    for (int i = 0; i < program.rows().size(); i++) {
      StepRow row = program.rows().get(i);
      if (i > 0 && begins(program.rows(), i)) {
        double next = value(++step, steps, asked);
        if (next != told) {
          rows.add(
              StepRow.builder(row.time(), row.time()).role(RowRole.STAGE).components(component, 0).state(next / told)
                  .build());
        }
        told = next;
      }
      rows.add(row);
    }
    return program.withRows(rows).withGiven(first);
  }

  private double value(int step, int steps, double asked) {
    return step >= steps - 1 ? asked : at((double) step / (steps - 1), asked);
  }

  /// Whether a row is the first of a step: the one before has completed its own, and this one goes to another noise level.
  private static boolean begins(List<StepRow> rows, int row) {
    return rows.get(row - 1).endsStep() && rows.get(row).timeAfter() != rows.get(row - 1).timeAfter();
  }
}
