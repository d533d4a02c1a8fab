// The network with bfloat16 products: half precision, in sampling only. Between hidden layers weights and activations are
// rounded to bfloat16, two to a lane; sums, first and last layer and gradients are float32.
#pragma once
#include "tile.h"

#if defined(__AVX512BF16__)
#define SF_HALF 1
#else
#define SF_HALF 0
#endif

#if SF_HALF
SF_NAMESPACE_BEGIN

constexpr int pairs_of(int count) { return (count + 1) / 2; }

// The numbers of two rows, rounded; those of the first are the low halves.
SF_INLINE Vector pairs(Vector first, Vector second) {
  __m512i halves = (__m512i)_mm512_cvtne2ps_pbh(second, first);
  __m512i low = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(halves));
  __m512i high = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(halves, 1));
  return (Vector)_mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

template <int ROWS>
struct PairedBlock {
  const float* at;

  SF_INLINE Vector factor(int m, ptrdiff_t p) const {
    // As words: some pairs are not numbers when they are read as floats.
    int32_t word;
    memcpy(&word, at + p * ROWS + m, sizeof word);
    return (Vector)_mm512_set1_epi32(word);
  }
  // Both products of a lane.
  static SF_INLINE Vector add(Vector factor, Vector column, Vector sum) {
    return _mm512_dpbf16_ps(sum, (__m512bh)factor, (__m512bh)column);
  }
};

// As Packed, of pairs of columns: a depth of 5 is 3 pairs, the last with a zero.
struct Paired {
  const float* at;
  int rows;

  template <int ROWS>
  SF_INLINE PairedBlock<ROWS> block(int m, int p, int depth) const {
    return PairedBlock<ROWS>{at + (ptrdiff_t)p * rows + (ptrdiff_t)m * depth};
  }
};

inline void pack_pairs(Strided matrix, int rows, int depth, float* packed) {
  pack_elements(rows, pairs_of(depth), packed, [=](int m, int p) {
    Vector first = all<Vector>(matrix.element(m, 2 * p, depth));
    Vector second = all<Vector>(2 * p + 1 < depth ? matrix.element(m, 2 * p + 1, depth) : 0.0f);
    return (uint32_t)bits_of(pairs(first, second))[0];
  });
}

// Rows -> their pairs, in place.
inline void pair_rows(float* values, int rows, int stride, int vectors) {
  for (ptrdiff_t pair = 0; pair < pairs_of(rows); pair++) {
    for (int v = 0; v < vectors; v++) {
      const float* from = values + 2 * pair * stride + v * SF_LANES;
      Vector second = 2 * pair + 1 < rows ? load(from + stride) : Vector{};
      store(values + pair * stride + v * SF_LANES, pairs(load(from), second));
    }
  }
}

// As forward() of tile.h.
template <class Weights>
inline void forward_half(
    const Weights& weights, const Shape& shape, const TileMemory& memory, const float* input, int vectors,
    float* slopes, float* output) {
  const int stride = memory.stride;
  const float* in = input;
  for (int layer = 0; layer < shape.layers; layer++) {
    bool last = layer == shape.layers - 1;
    float* out = last ? output : memory.values[layer & 1];
    int rows = shape.out(layer);
    if (shape.between_hidden(layer)) {
      product(
          Paired{weights.packed(layer), rows}, 0, rows, pairs_of(shape.in(layer)), in, stride, vectors, Start::BIAS,
          weights.bias(layer), out, stride);
    } else {
      product(
          weights.forward(layer), 0, rows, weights.inputs(layer), in, stride, vectors, Start::BIAS, weights.bias(layer),
          out, stride);
    }
    if (!last) {
      activate_rows(shape.activation, out, rows, stride, vectors, slopes);
      slopes = slopes == nullptr ? nullptr : slopes + (ptrdiff_t)rows * stride;
    }
    if (shape.between_hidden(layer + 1)) {
      pair_rows(out, rows, stride, vectors);
    }
    in = out;
  }
}

SF_NAMESPACE_END
#endif
