package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.NoiseLevel;
import java.util.ArrayList;
import java.util.List;

/// Samples a consistency model: x0hat is where the way from x ends, so one evaluation makes a sample. Further ones make it
/// better: x0hat is noised anew down to the next level, x' = alpha' x0hat + sigma' eps with fresh eps, and told again. One
/// evaluation a step; of a network that estimates means only, samples with few steps lie between the data.
///
/// Source: Song, Dhariwal, Chen and Sutskever 2023 (arXiv 2303.01469), algorithm 1.
///
/// @param grid the noise levels
public record ConsistencySampler(TimeGrid grid) implements Sampler {
  @Override
  public StepProgram compile(Diffuser diffuser) {
    double[] levels = grid.toData(diffuser.schedule());
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i + 1 < levels.length; i++) {
      Parameterization.Coefficients c = diffuser.coefficients(levels[i]);
      NoiseLevel next = diffuser.schedule().level(levels[i + 1]);
      rows.add(
          Sampler.row(diffuser, levels[i], levels[i + 1])
              .state(next.alpha() * c.x0FromX())
              .output(next.alpha() * c.x0FromOutput())
              .noise(next.sigma(), i)
              .build());
    }
    return Sampler.program(diffuser, rows);
  }
}
