// The update of one component by one row of a sampler; io.scorefield.engine.StepRow defines it.
#pragma once
#include "portable.cuh"
#include "tables.cuh"

SF_NAMESPACE_BEGIN

// The state and the registers that every row has.
template <class F>
struct State {
  F x;
  F saved;
  F memory;
};

// The component behind the last that the row changes.
SF_INLINE int row_end(const StepRow& row, int dimension) { return row.to == 0 ? dimension : row.to; }

// Whether the row changes a component; those that it does not are conditions for the network.
SF_INLINE bool changes(const StepRow& row, int d, int dimension) { return d >= row.from && d < row_end(row, dimension); }

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

// What e adds to the state and the state before to m, where the row uses them; e becomes what it is after the row.
template <class F>
SF_INLINE State<F> step_further(const StepRow& row, const State<F>& before, State<F> after, F& earlier) {
  if (row.uses & USES_EARLIER) {
    after.x = multiply_add(all<F>(row.earlier), earlier, after.x);
  }
  if (row.uses & REMEMBERS) {
    after.memory = multiply_add(all<F>(row.memory_state), before.x, after.memory);
  }
  earlier = (row.uses & SHIFTS) ? before.memory : earlier;
  return after;
}

// o of the network's output; `kept` becomes what it is after the row.
template <class F>
SF_INLINE F combine_output(const StepRow& row, F output, F& kept) {
  F o = multiply_add(all<F>(row.carry), kept, all<F>(row.gain) * output);
  kept = (row.uses & KEEPS) ? o : kept;
  return o;
}

// x0hat = x0FromX x + x0FromOutput o.
template <class F>
SF_INLINE F estimate(const StepRow& row, F x, const F* o) {
  F x0 = all<F>(row.x0_from_x) * x;
  return (row.uses & ESTIMATES_BY_NETWORK) ? multiply_add(all<F>(row.x0_from_output), *o, x0) : x0;
}

// By how much a product may miss what it must be without being taken for wrong: StepRow.SLACK in Java.
constexpr float COVARIANCE_SLACK = 1.01f;

// x0hat within the bounds of its component; o becomes the output that belongs to it, and stays as it is where x0hat does.
template <class F>
SF_INLINE F clip_estimate(const StepRow& row, F x, F& o, float lowest, float highest) {
  F x0 = estimate(row, x, &o);
  F kept = select(x0 < all<F>(lowest), all<F>(lowest), x0);
  kept = select(kept > all<F>(highest), all<F>(highest), kept);
  F other = (kept - all<F>(row.x0_from_x) * x) / all<F>(row.x0_from_output);
  o = select(kept == x0, o, other);
  return kept;
}

// By what K^T g, whose square is `after`, is multiplied so that it is no longer than bound |g|.
template <class F>
SF_INLINE F bounding_factor(float bound, F before, F after) {
  F most = all<F>(bound * bound) * before;
  return select(after > most, all<F>(bound) * square_root(before / after), all<F>(1.0f));
}

SF_NAMESPACE_END
