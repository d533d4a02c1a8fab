// Activation functions with their derivatives; io.scorefield.network.Activation is the twin in Java.
#pragma once
#include "elementary.cuh"
#include "tables.cuh"

SF_NAMESPACE_BEGIN

constexpr float LEAKY_SLOPE = 0.01f;

// y = value(x), and the derivative at x; the compiler drops the derivative where it is not used.
template <Activation KIND, class F>
SF_INLINE F activate(F x, F& derivative) {
  const F zero = all<F>(0.0f);
  const F one = all<F>(1.0f);
  if constexpr (KIND == Activation::TANH) {
    F y = hyperbolic_tangent(x);
    derivative = multiply_add(-y, y, one);
    return y;
  } else if constexpr (KIND == Activation::LEAKY_RELU) {
    derivative = select(x > 0.0f, one, all<F>(LEAKY_SLOPE));
    return x * derivative;
  } else if constexpr (KIND == Activation::RELU) {
    derivative = select(x > 0.0f, one, zero);
    return select(x < 0.0f, zero, x);
  } else if constexpr (KIND == Activation::SILU) {
    // Below -87 the value is less than 2e-36.
    F within = at_least(x, -87.0f);
    F s = logistic_within(at_most(within, 87.0f));
    derivative = s * multiply_add(within, 1.0f - s, one);
    return within * s;
  } else {
    derivative = logistic(x);
    return softplus(x);
  }
}

SF_NAMESPACE_END
