// The narrow sides of a wide network whose columns are spread over the warps of a block, 32 a warp and pass.
#pragma once
#include "tensor.cuh"

SF_NAMESPACE_BEGIN

// c += w x^T over the warp's columns, x a row of numbers for every component.
template <int W, int MT, int NT>
SF_DEVICE void add_components(float (&c)[MT][NT][4], Rows from, int dimension, int row, const float* columns) {
  for (int d = 0; d < dimension; d++) {
    float x[MT][2];
    gather_samples(from, d, row, x);
    add_outer(c, columns + d * W, x);
  }
}

// Adds w[d] c over the warp's columns to its sums [D][S], for every component; in the first pass they begin. `sums` points at
// the first of the warp's samples.
template <int W, int S, int MT, int NT>
SF_DEVICE void collect_columns(
    const float (&c)[MT][NT][4], bool begins, int dimension, int lane, const float* columns, float* sums) {
  for (int d = 0; d < dimension; d++) {
    float x[MT][2];
    inner_products(c, columns + d * W, x);
    if (lane % 4 == 0) {
      float* of = sums + d * S + lane / 4;
#pragma unroll
      for (int m = 0; m < MT; m++) {
        of[16 * m] = begins ? x[m][0] : of[16 * m] + x[m][0];
        of[16 * m + 8] = begins ? x[m][1] : of[16 * m + 8] + x[m][1];
      }
    }
  }
}

// to(d, s) = add[d] + the sums [warps][D][S] of all warps, which the block brings in step before and after.
template <int S, class Group>
SF_DEVICE void finish_columns(
    const Group& group, int warps, int dimension, const float* sums, const float* add, Rows to) {
  group.sync();
  each(group, dimension, [&](int d, int s) {
    float sum = add == nullptr ? 0.0f : add[d];
    for (int v = 0; v < warps; v++) {
      sum += sums[(v * dimension + d) * S + s];
    }
    to(d, s) = sum;
  });
  group.sync();
}

SF_NAMESPACE_END
