package io.scorefield.diffusion;

import io.scorefield.data.DataRange;
import io.scorefield.engine.StepProgram;

/// Another sampler that keeps x0hat within the range of the training points, component by component: what a network says
/// of a corner it was never shown cannot throw a sample far away. (Saharia et al. 2022, arXiv 2205.11487, section 2.3, call
/// it static thresholding.) An exact mean is always within that range, so where the network is good nothing changes.
///
/// @param sampler the steps
public record Clipped(Sampler sampler) implements Sampler {
  @Override
  public StepProgram compile(Diffuser diffuser) {
    return sampler.compile(diffuser);
  }

  @Override
  public StepProgram finish(StepProgram program, Diffuser diffuser) {
    DataRange range =
        diffuser
            .range()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "sampler.clip needs the range of the training points, which this model does not have; "
                            + "set sampler.clip to false, or train again"));
    return new StepProgram(
        program.featureCount(),
        program.priorScale(),
        program.rows().stream()
            .map(row -> row.x0FromOutput() != 0 && row.usesNetwork() ? row.toBuilder().clip(true).build() : row)
            .toList(),
        range.lowest(),
        range.highest());
  }
}
