// Forward noising and the target of one component; io.scorefield.engine.NoiseTable defines them.
#pragma once
#include "portable.cuh"
#include "tables.cuh"

SF_NAMESPACE_BEGIN

// x_t = alpha x_0 + sigma eps.
template <class F>
SF_INLINE F forward_noise(F alpha, F sigma, F x0, F eps) {
  return multiply_add(sigma, eps, alpha * x0);
}

// What the network's output is compared with.
template <class F>
SF_INLINE F target(F target_x0, F target_eps, F x0, F eps) {
  return multiply_add(target_eps, eps, target_x0 * x0);
}

SF_NAMESPACE_END
