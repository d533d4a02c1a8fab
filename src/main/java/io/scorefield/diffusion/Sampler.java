package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.StepRowBuilder;
import java.util.List;

/// A reverse process: computes the table that an engine then runs.
public interface Sampler {
  /// The program for a model.
  ///
  /// @throws IllegalArgumentException when the sampler does not fit the schedule, with the reason
  StepProgram compile(Diffuser diffuser);

  /// What is done with the program once guidance has made its changes to it.
  default StepProgram finish(StepProgram program, Diffuser diffuser) {
    return program;
  }

  /// The program of rows that begin with the prior's noise.
  static StepProgram program(Diffuser diffuser, List<StepRow> rows) {
    return new StepProgram(diffuser.featureCount(), diffuser.schedule().priorScale(), rows);
  }

  /// A row at noise level t whose network, x0hat and levels are filled in and whose update is none.
  static StepRowBuilder row(Diffuser diffuser, double time, double timeAfter) {
    Parameterization.Coefficients c = diffuser.coefficients(time);
    return StepRow.builder(time, timeAfter)
        .network(diffuser.features(time), diffuser.inputScale(time))
        .x0(c.x0FromX(), c.x0FromOutput());
  }
}
