// What happens to a component of a state at its lowest and its highest value; io.scorefield.engine.Boundary defines it.
#pragma once
#include "elementary.cuh"
#include "tape.cuh"

SF_NAMESPACE_BEGIN

// One component's boundary: the code is lower + 4 upper.
struct Boundary {
  Side lower;
  Side upper;
  float lowest;
  float highest;

  // bounds: [3][D], lowest, highest, codes.
  static SF_INLINE Boundary of(const float* bounds, int dimension, int d) {
    int code = (int)bounds[2 * dimension + d];
    return Boundary{(Side)(code % 4), (Side)(code / 4), bounds[d], bounds[dimension + d]};
  }

  SF_INLINE bool may_absorb() const { return lower == Side::ABSORBING || upper == Side::ABSORBING; }
};

// The largest integer that is not above x, |x| < 2^22.
template <class F>
SF_INLINE F floor_of(F x) {
  WordOf<F> integer;
  F whole = nearest(x, integer);
  return select(whole > x, whole - 1.0f, whole);
}

template <class F>
SF_INLINE MaskOf<F> absorbed(const Boundary& at, F x) {
  MaskOf<F> low = at.lower == Side::ABSORBING ? x <= all<F>(at.lowest) : x < all<F>(-INFINITY);
  MaskOf<F> high = at.upper == Side::ABSORBING ? x >= all<F>(at.highest) : x > all<F>(INFINITY);
  return low | high;
}

// A component kept within walls and periods; one further than 2^22 lengths away becomes NaN.
template <class F>
SF_INLINE F confine(const Boundary& at, F x) {
  constexpr float FARTHEST = 4194304.0f;
  const F lowest = all<F>(at.lowest);
  const F highest = all<F>(at.highest);
  const F length = highest - lowest;
  if (at.lower == Side::PERIODIC) {
    F turns = (x - lowest) / length;
    F within = multiply_add(-length, floor_of(turns), x);
    within = select(within < lowest, lowest, within);
    within = select(within < highest, within, lowest);
    return select(absolute(turns) < FARTHEST, within, all<F>(NAN));
  }
  if (at.lower == Side::REFLECTING && at.upper == Side::REFLECTING) {
    F turns = (x - lowest) / (2.0f * length);
    F within = multiply_add(-2.0f * length, floor_of(turns), x - lowest);
    F folded = lowest + select(within > length, 2.0f * length - within, within);
    return select((x >= lowest) & (x <= highest), x, select(absolute(turns) < FARTHEST, folded, all<F>(NAN)));
  }
  F above = at.lower == Side::REFLECTING ? select(x < lowest, 2.0f * lowest - x, x) : x;
  return at.upper == Side::REFLECTING ? select(above > highest, 2.0f * highest - above, above) : above;
}

SF_NAMESPACE_END
