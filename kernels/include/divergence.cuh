// The divergence of a network's output, direction by direction; io.scorefield.engine.StepRow defines it.
#pragma once
#include "philox.cuh"
#include "step_row.cuh"

SF_NAMESPACE_BEGIN

// Products with the transposed Jacobian that a row's divergence takes.
SF_INLINE int directions_of(const StepRow& row, int dimension) {
  return row.probes > 0 ? row.probes : row_end(row, dimension) - row.from;
}

// Of the sum over all directions v of v . J v.
SF_INLINE float divergence_factor(const StepRow& row) {
  return row.divergence * row.input_scale / (float)(row.probes > 0 ? row.probes : 1);
}

// The number of the sign of component 0 of direction p.
SF_INLINE uint64_t first_sign(const StepRow& row, int p, int dimension) {
  return ((uint64_t)row.noise_step * (uint64_t)row.probes + (uint64_t)p) * (uint64_t)dimension;
}

// Sign number n of a sample: bit n % 32 of word n / 32.
template <class F>
SF_INLINE F sign_of(const WordsOf<WordOf<F>>& words, uint64_t n) {
  return float_of((((words.r[n >> 5 & 3] >> (int)(n & 31)) & 1u) << 31) | 0x3F800000u);
}

// Calls body(d, component d of direction p) for all d; words(block) gives the words of a block of a sample's signs.
template <class F, class WordsAt, class Body>
SF_INLINE void each_component_of_direction(const StepRow& row, int p, int dimension, WordsAt words, Body body) {
  const uint64_t first = first_sign(row, p, dimension);
  WordsOf<WordOf<F>> block = {};
  uint64_t known = ~(uint64_t)0;
  for (int d = 0; d < dimension; d++) {
    if (!changes(row, d, dimension)) {
      body(d, F{});
    } else if (row.probes == 0) {
      body(d, d == row.from + p ? all<F>(1.0f) : F{});
    } else {
      if ((first + (uint64_t)d) >> 7 != known) {
        known = (first + (uint64_t)d) >> 7;
        block = words(known);
      }
      body(d, sign_of<F>(block, first + (uint64_t)d));
    }
  }
}

SF_NAMESPACE_END
