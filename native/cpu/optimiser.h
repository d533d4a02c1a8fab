// The gradients of rows of weights, summed over examples, and Adam.
#pragma once
#include "adam.cuh"
#include "model.h"
#include "product.h"
#include "tile.h"

SF_NAMESPACE_BEGIN

// The gradient of rows of a layer, summed over the tiles or over their second evaluations: weights[r][in_stride] and, in four interleaved
// partial sums each, the biases.
inline void gradient_rows(
    const Training& training, RowBlock rows, const ExampleTile* tiles, int32_t tile_count, bool start, bool second,
    float* weights, float* bias_sums) {
  typedef float Quad __attribute__((vector_size(16), aligned(4), may_alias));
  int layer = rows.layer;
  int stride = training.in_stride[layer];
  bool begins = start;
  auto add = [&](const ExampleTile& tile) {
    const float* delta = tile.delta[layer] + (ptrdiff_t)rows.from * tile.stride;
    product(
        Strided{delta, tile.stride, 1}, 0, rows.to - rows.from, tile.count, tile.inputs[layer], stride,
        vectors_of(training.shape.in(layer)), begins ? Start::ZERO : Start::SUM, nullptr, weights, stride);
    for (int r = 0; r < rows.to - rows.from; r++) {
      Quad* sums = (Quad*)(bias_sums + 4 * r);
      Quad sum = begins ? Quad{} : *sums;
      for (int s = 0; s < tile.count; s += 4) {
        sum += *(const Quad*)(delta + (ptrdiff_t)r * tile.stride + s);
      }
      *sums = sum;
    }
    begins = false;
  };
  for (int t = 0; t < tile_count; t++) {
    add(second ? *tiles[t].second : tiles[t]);
  }
}

inline double dot_of_row(const float* a, const float* b, int32_t count) {
  double sum = 0;
  for (int i = 0; i < count; i++) {
    sum += (double)a[i] * b[i];
  }
  return sum;
}

inline void adam_rows(
    const Training& training, const AdamStep& step, RowBlock rows, const float* weights,
    const float* bias_sums) {
  int layer = rows.layer;
  int stride = training.in_stride[layer];
  int vectors = vectors_of(training.shape.in(layer));
  for (int r = rows.from; r < rows.to; r++) {
    const float* gradient = weights + (ptrdiff_t)(r - rows.from) * stride;
    size_t at = training.weight_at[layer] + (size_t)r * (size_t)stride;
    for (int v = 0; v < vectors; v++, at += SF_LANES, gradient += SF_LANES) {
      Vector p = load(training.parameters + at);
      Vector m = load(training.first_moment + at);
      Vector s = load(training.second_moment + at);
      Vector a = step.averages ? load(training.average + at) : Vector{};
      adam(step, load(gradient), p, m, s, a);
      store(training.parameters + at, p);
      store(training.first_moment + at, m);
      store(training.second_moment + at, s);
      if (step.averages) {
        store(training.average + at, a);
      }
    }
    const float* sums = bias_sums + 4 * (r - rows.from);
    size_t bias = training.bias_at[layer] + (size_t)r;
    adam(
        step, (sums[0] + sums[1]) + (sums[2] + sums[3]), training.parameters[bias],
        training.first_moment[bias], training.second_moment[bias], training.average[bias]);
  }
}

SF_NAMESPACE_END
