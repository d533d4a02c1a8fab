// The factors of two gradients that make a step on which both losses agree;
// io.scorefield.engine.TrainingPlan.Combination is the twin in Java and has the formula.
#pragma once
#include "portable.cuh"

SF_NAMESPACE_BEGIN

struct Factors {
  double data;
  double physics;
};

// dd, dr and rr: the scalar products of the gradients of the data and of physics.
SF_INLINE Factors conflict_free(double dd, double dr, double rr) {
  if (!(dd > 0) || !(rr > 0)) {
    return Factors{1, 1};
  }
  double beside_data = rr - dr * dr / dd;
  double beside_physics = dd - dr * dr / rr;
  if (!(beside_data > 1e-12 * rr) || !(beside_physics > 1e-12 * dd)) {
    return Factors{1, 1};
  }
  double d = 1 / sqrt(beside_physics) - dr / dd / sqrt(beside_data);
  double r = 1 / sqrt(beside_data) - dr / rr / sqrt(beside_physics);
  double length = sqrt(d * d * dd + 2 * d * r * dr + r * r * rr);
  d /= length;
  r /= length;
  double along = d * dd + r * dr + d * dr + r * rr;
  return Factors{along * d, along * r};
}

SF_NAMESPACE_END
