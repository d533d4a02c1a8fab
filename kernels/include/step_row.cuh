// The update of one component by one row of a sampler; io.scorefield.engine.StepRow defines it.
#pragma once
#include "portable.cuh"
#include "tables.cuh"

SF_NAMESPACE_BEGIN

// The state and its two registers.
template <class F>
struct State {
  F x;
  F saved;
  F memory;
};

// o: the network's output, z: noise, projected: P(x0hat), gradient: G; read only where the row uses them.
template <class F>
SF_INLINE State<F> step(
    const StepRow& row, State<F> before, const F* o, const F* z, const F* projected, const F* gradient) {
  State<F> after;
  after.x = all<F>(row.state) * before.x;
  after.x = multiply_add(all<F>(row.saved), before.saved, after.x);
  after.x = multiply_add(all<F>(row.memory), before.memory, after.x);
  after.memory = all<F>(row.memory_decay) * before.memory;
  if (row.uses & USES_NETWORK) {
    after.x = multiply_add(all<F>(row.output), *o, after.x);
    after.memory = multiply_add(all<F>(row.memory_output), *o, after.memory);
  }
  if (row.uses & USES_NOISE) {
    after.x = multiply_add(all<F>(row.noise), *z, after.x);
  }
  if (row.uses & USES_PROJECTION) {
    after.x = multiply_add(all<F>(row.projected), *projected, after.x);
  }
  if (row.uses & USES_GRADIENT) {
    after.x = multiply_add(all<F>(-row.guidance), *gradient, after.x);
    after.memory = multiply_add(all<F>(-row.memory_guidance), *gradient, after.memory);
  }
  after.saved = (row.uses & SAVES) ? before.x : before.saved;
  return after;
}

// x0hat = x0FromX x + x0FromOutput o.
template <class F>
SF_INLINE F estimate(const StepRow& row, F x, const F* o) {
  F x0 = all<F>(row.x0_from_x) * x;
  return (row.uses & ESTIMATES_BY_NETWORK) ? multiply_add(all<F>(row.x0_from_output), *o, x0) : x0;
}

SF_NAMESPACE_END
