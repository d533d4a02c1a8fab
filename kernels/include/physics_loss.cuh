// The loss of a physics term, its objective, and their gradient; io.scorefield.engine.PhysicsTerm says what they are.
#pragma once
#include "tape_sweeps.cuh"

SF_NAMESPACE_BEGIN

// What a sample's loss is made of: residual * loss + objective * objective. Where the limit is positive, a residual
// beyond it counts as the limit.
template <class F>
struct LossFactors {
  F residual;
  F limit;
  F objective;
};

// Returns the value at x and writes its gradient; factors(v) tells the factors of vector v.
template <class R, class Factors>
SF_INLINE Numbers<R> physics_loss(
    const PhysicsTerm& physics, PhysicsLoss loss, Factors factors, int dimension, R x, const TapeMemory<R>& memory,
    R gradient) {
  using F = LaneOf<R>;
  const R residuals = memory.residuals;
  Numbers<R> value = tape_forward(physics, x, memory);
  Numbers<R> objective_seeds;
  for (int v = 0; v < x.vectors(); v++) {
    const LossFactors<F> factor = factors(v);
    F squares = all<F>(0.0f);
    F absolutes = all<F>(0.0f);
    for (int j = 0; j < physics.residual_count; j++) {
      F r = limited(residuals.get(j, v), factor.limit);
      squares = multiply_add(r, r, squares);
      absolutes = absolutes + absolute(r);
    }
    F norm = square_root(squares);
    for (int j = 0; j < physics.residual_count; j++) {
      F r = residuals.get(j, v);
      F seed = select(beyond(r, factor.limit), all<F>(0.0f), r);
      if (loss == PhysicsLoss::ABSOLUTE) {
        seed = sign(r);
      } else if (loss == PhysicsLoss::NORM) {
        seed = select(norm == 0.0f, all<F>(0.0f), r / norm);
      }
      residuals.set(j, v, factor.residual * seed);
    }
    F own = loss == PhysicsLoss::ABSOLUTE ? absolutes : loss == PhysicsLoss::NORM ? norm : 0.5f * squares;
    objective_seeds[v] = factor.objective;
    value[v] = multiply_add(factor.objective, value[v], factor.residual * own);
  }
  tape_reverse(physics, dimension, x, objective_seeds, memory, gradient);
  return value;
}

SF_NAMESPACE_END
