// The losses of training examples and their gradients: of the data, of the laws, and of the laws at a second evaluation
// of the network; io.scorefield.engine.NoiseTable has the equations.
#pragma once
#include "physics_loss.cuh"

SF_NAMESPACE_BEGIN

// What the losses of an example have to know of its noise level.
template <class F>
struct ExampleLevel {
  F weight;
  F x0_from_x;
  F x0_from_output;
  F physics_weight;
  F physics_limit;
  F objective_weight;
  F condition;
  MaskOf<F> again;  // whether there is a second evaluation, at x' = next_from_x x + next_from_output output
  F next_from_x;
  F next_from_output;
  F next_input_scale;
  F next_x0_from_x;
  F next_x0_from_output;

  SF_INLINE MaskOf<F> has_physics() const { return inverse((physics_weight == 0.0f) & (objective_weight == 0.0f)); }

  // What the first output contributes to x*, straight or through x'.
  SF_INLINE F direct() const { return select(again, next_x0_from_x * next_from_output, x0_from_output); }
};

// Levels are told by levels(v), for the examples of vector v; `scale` is what an example weighs in the mean. Components
// from `noised` on are conditions.

// The gradient of the loss of the data at a component of the output.
template <class F>
SF_INLINE F data_gradient(float scale, F weight, F error) {
  return scale * weight * 2.0f * error;
}

// Returns the losses of the data, and writes their gradient at the output to `seed`.
template <class R, class Levels>
SF_INLINE Numbers<R> data_losses(
    const Levels& levels, int dimension, int noised, float scale, R output, R target, R seed) {
  using F = LaneOf<R>;
  Numbers<R> losses;
  for (int v = 0; v < output.vectors(); v++) {
    const F weight = levels(v).weight;
    F squares = all<F>(0.0f);
    for (int d = noised; d < dimension; d++) {
      seed.set(d, v, all<F>(0.0f));
    }
    for (int d = 0; d < noised; d++) {
      F error = output.get(d, v) - target.get(d, v);
      squares = multiply_add(error, error, squares);
      seed.set(d, v, data_gradient(scale, weight, error));
    }
    losses[v] = weight * squares;
  }
  return losses;
}

// The same losses alone.
template <class R, class Levels>
SF_INLINE Numbers<R> data_losses(const Levels& levels, int noised, R output, R target) {
  using F = LaneOf<R>;
  Numbers<R> losses;
  for (int v = 0; v < output.vectors(); v++) {
    F squares = all<F>(0.0f);
    for (int d = 0; d < noised; d++) {
      F error = output.get(d, v) - target.get(d, v);
      squares = multiply_add(error, error, squares);
    }
    losses[v] = levels(v).weight * squares;
  }
  return losses;
}

// x becomes x', and the input's components those of the second evaluation. Examples that have none go along; their x* is
// made now.
template <class R, class Levels>
SF_INLINE void begin_second_evaluation(
    const Levels& levels, int dimension, int noised, R output, R x, R estimate, R input) {
  using F = LaneOf<R>;
  for (int v = 0; v < x.vectors(); v++) {
    const ExampleLevel<F> level = levels(v);
    for (int d = noised; d < dimension; d++) {
      estimate.set(d, v, x.get(d, v));
      input.set(d, v, level.condition * x.get(d, v));
    }
    for (int d = 0; d < noised; d++) {
      F o = output.get(d, v);
      F here = x.get(d, v);
      estimate.set(d, v, multiply_add(level.x0_from_output, o, level.x0_from_x * here));
      // One rounding on every instruction set.
      F next = select(level.again, fused(level.next_from_output, o, level.next_from_x * here), here);
      x.set(d, v, next);
      input.set(d, v, level.next_input_scale * next);
    }
  }
}

// Returns the losses of the laws at x*. What of their gradient goes straight to the first output is added to `seed`; what
// is at the second output goes to `second_seed` (twice: whether there are second evaluations).
template <class R, class Levels>
SF_INLINE Numbers<R> physics_losses(
    const PhysicsTerm& physics, const Levels& levels, bool twice, int dimension, int noised, float scale, R output, R x,
    const TapeMemory<R>& memory, R estimate, R gradient, R seed, R second_seed) {
  using F = LaneOf<R>;
  const F zero = all<F>(0.0f);
  Masks<R> weighs;
  for (int v = 0; v < x.vectors(); v++) {
    const ExampleLevel<F> level = levels(v);
    weighs[v] = level.has_physics();
    for (int d = noised; d < dimension; d++) {
      estimate.set(d, v, x.get(d, v));
    }
    for (int d = 0; d < noised; d++) {
      F o = output.get(d, v);
      F here = x.get(d, v);
      if (twice) {
        F second = multiply_add(level.next_x0_from_output, o, level.next_x0_from_x * here);
        estimate.set(d, v, select(level.again, second, estimate.get(d, v)));
      } else {
        estimate.set(d, v, multiply_add(level.x0_from_output, o, level.x0_from_x * here));
      }
    }
  }
  Numbers<R> losses = everywhere(x, 0.0f);
  const bool some = somewhere(x, weighs);
  if (some) {
    losses = physics_loss(
        physics, PhysicsLoss::HALF_SQUARE,
        [&](int v) {
          const ExampleLevel<F> level = levels(v);
          return LossFactors<F>{level.physics_weight, level.physics_limit, level.objective_weight};
        },
        dimension, estimate, memory, gradient);
  }
  for (int v = 0; v < x.vectors(); v++) {
    // Where a level has no physics, whatever the laws say of its x* is left out.
    losses[v] = select(weighs[v], losses[v], zero);
    const ExampleLevel<F> level = levels(v);
    const F direct = level.direct();
    for (int d = noised; twice && d < dimension; d++) {
      second_seed.set(d, v, zero);
    }
    for (int d = 0; d < noised; d++) {
      F g = some ? select(weighs[v], scale * gradient.get(d, v), zero) : zero;
      seed.set(d, v, multiply_add(direct, g, seed.get(d, v)));
      if (twice) {
        second_seed.set(d, v, select(level.again, level.next_x0_from_output * g, zero));
      }
    }
  }
  return losses;
}

// The seed of the first output with what came back from the second evaluation: `returned` is the gradient at its input.
template <class F>
SF_INLINE F with_second_evaluation(const ExampleLevel<F>& level, F returned, F seed) {
  F through = level.next_from_output * level.next_input_scale;
  return select(level.again, multiply_add(through, returned, seed), seed);
}

SF_NAMESPACE_END
