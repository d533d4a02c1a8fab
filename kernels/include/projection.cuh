// Moves samples onto the laws by conjugate gradients on least squares; io.scorefield.engine.PhysicsTerm says how.
#pragma once
#include "tape_sweeps.cuh"

SF_NAMESPACE_BEGIN

// What a projection needs beside the tape's memory.
template <class R>
struct ProjectionMemory {
  R step;       // [D], and likewise the next two
  R slope;
  R direction;
  R change;     // [residuals], J direction
};

template <class R>
SF_INLINE void project(
    const PhysicsTerm& physics, int dimension, R x, const TapeMemory<R>& memory, const ProjectionMemory<R>& own) {
  using F = LaneOf<R>;
  const F zero = all<F>(0.0f);
  const R residuals = memory.residuals;
  const Numbers<R> no_objective = everywhere(x, 0.0f);
  for (int sweep = 0; sweep < physics.sweeps; sweep++) {
    tape_forward(physics, x, memory);
    tape_reverse(physics, dimension, x, no_objective, memory, own.slope);
    clear(own.step, dimension);
    copy(own.slope, own.direction, dimension);
    Numbers<R> gamma;
    // Where there is no direction to go, or none that is a number, nothing moves any more.
    Masks<R> moves;
    for (int v = 0; v < x.vectors(); v++) {
      gamma[v] = square(own.slope, dimension, v);
      moves[v] = gamma[v] > 0.0f;
    }
    for (int k = 0; k < physics.iterations && somewhere(x, moves); k++) {
      tape_along(physics, x, own.direction, memory, own.change);
      for (int v = 0; v < x.vectors(); v++) {
        F length = square(own.change, physics.residual_count, v);
        moves[v] = moves[v] & (length > 0.0f);
        F alpha = select(moves[v], gamma[v] / length, zero);
        for (int d = 0; d < dimension; d++) {
          F so_far = own.step.get(d, v);
          own.step.set(d, v, select(moves[v], multiply_add(alpha, own.direction.get(d, v), so_far), so_far));
        }
        for (int j = 0; j < physics.residual_count; j++) {
          residuals.set(j, v, multiply_add(-alpha, own.change.get(j, v), residuals.get(j, v)));
        }
      }
      if (k == physics.iterations - 1) {
        break;
      }
      tape_reverse(physics, dimension, x, no_objective, memory, own.slope);
      for (int v = 0; v < x.vectors(); v++) {
        F next = square(own.slope, dimension, v);
        F beta = select(moves[v], next / gamma[v], zero);
        for (int d = 0; d < dimension; d++) {
          own.direction.set(d, v, multiply_add(beta, own.direction.get(d, v), own.slope.get(d, v)));
        }
        gamma[v] = next;
        moves[v] = moves[v] & (next > 0.0f);
      }
    }
    for (int v = 0; v < x.vectors(); v++) {
      for (int d = 0; d < dimension; d++) {
        x.set(d, v, x.get(d, v) - own.step.get(d, v));
      }
    }
  }
}

SF_NAMESPACE_END
