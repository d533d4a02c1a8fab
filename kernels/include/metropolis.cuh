// The test of a proposal by Metropolis and Hastings; io.scorefield.engine.StepRow has the formula.
#pragma once
#include "normals.cuh"
#include "step_row.cuh"
#include "tape_sweeps.cuh"

SF_NAMESPACE_BEGIN

// a for the proposal x from `saved`; `gradient` is room for one.
template <class R>
SF_CALL Numbers<R> metropolis_ratio(
    PhysicsTerm physics, int dimension, const StepRow* row, R x, R saved, TapeMemory<R> memory, R gradient) {
  using F = LaneOf<R>;
  Numbers<R> energy = everywhere(x, 0.0f);
  Numbers<R> proposal = energy;
  for (float sign = 1.0f; sign >= -1.0f; sign -= 2.0f) {
    const R at = sign > 0.0f ? saved : x;
    const Numbers<R> own = tape_forward(physics, at, memory);
    if (row->proposal_step > 0.0f) {
      clear(memory.residuals, physics.residual_count);
      tape_reverse(physics, dimension, at, everywhere(at, 1.0f), memory, gradient);
    }
    for (int v = 0; v < x.vectors(); v++) {
      energy[v] = multiply_add(all<F>(sign), own[v], energy[v]);
      for (int d = row->from; row->proposal_step > 0.0f && d < row_end(*row, dimension); d++) {
        F g = gradient.get(d, v);
        F half = 0.5f * (x.get(d, v) - saved.get(d, v));
        proposal[v] = multiply_add(multiply_add(all<F>(0.25f * sign * row->proposal_step), g, half), g, proposal[v]);
      }
    }
  }
  Numbers<R> ratio;
  for (int v = 0; v < x.vectors(); v++) {
    ratio[v] = row->inverse_temperature * (energy[v] + proposal[v]);
  }
  return ratio;
}

SF_NAMESPACE_END
