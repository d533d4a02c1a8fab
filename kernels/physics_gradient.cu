// The laws of a batch, for networks that are run one layer at a time: a thread a sample. (The kernels that run whole
// trajectories do the same by the same functions, sampler.cuh.)
//
// Grid: one thread a column of the call's arrays, 64 a block.
// Bound: the tape's operations, interpreted.
#include "device/sampler.cuh"

using namespace scorefield;

// x0hat, the gradient g of the loss there, what goes back through the network (x0FromOutput g), and the projection.
SF_KERNEL physics_gradient(SamplingCall call, int32_t row) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.loss_gradient(row);
}
SF_EXPORT(physics_gradient)

// The solver of a likelihood: what the objective does to it, its start, and an iteration.
SF_KERNEL physics_solve_couple(SamplingCall call, int32_t row) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.solve_couple(row);
}
SF_EXPORT(physics_solve_couple)

SF_KERNEL physics_solve_start(SamplingCall call, int32_t row) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.solve_start(row);
}
SF_EXPORT(physics_solve_start)

SF_KERNEL physics_solve_update(SamplingCall call, int32_t row, int32_t last) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  // Columns beyond the last sample are not counted among those that fell back.
  sampler.take(group.index());
  sampler.solve_update(row, last != 0);
}
SF_EXPORT(physics_solve_update)

// The guided correction G = x0FromX g + inputScale J^T (x0FromOutput g), J^T by the network.
SF_KERNEL guided_correction(SamplingCall call, int32_t row) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.combine(row);
  if (sampler.has_bound(row)) {
    sampler.keep_within(row);
  }
}
SF_EXPORT(guided_correction)
