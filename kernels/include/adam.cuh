// Adam's update of one parameter; io.scorefield.engine.AdamOptions has the formulas.
#pragma once
#include "portable.cuh"
#include "tables.cuh"

SF_NAMESPACE_BEGIN

template <class F>
SF_INLINE void adam(const AdamStep& step, F gradient, F& parameter, F& first, F& second, F& average) {
  gradient = gradient * step.gradient_scale;
  first = multiply_add(all<F>(step.beta1), first, step.one_minus_beta1 * gradient);
  second = multiply_add(all<F>(step.beta2), second, step.one_minus_beta2 * gradient * gradient);
  F root = square_root(second * step.correction) + step.epsilon;
  parameter = parameter - step.rate * first / root;
  // Not keep * average + take * parameter: rounded, the two factors would not add up to 1.
  average = multiply_add(all<F>(step.take), parameter - average, average);
}

SF_NAMESPACE_END
