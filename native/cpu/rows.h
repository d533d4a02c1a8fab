// Rows of a tile as control sees them that both engines share (kernels/include/rows.cuh): vectors of samples.
#pragma once
#include "simd.h"  // before all formulas, which find its overloads
#include "rows.cuh"

SF_NAMESPACE_BEGIN

struct TileRows {
  using Lane = Vector;
  static constexpr int MOST = 256 / SF_LANES;  // a whole batch that is shared out layer by layer
  float* at;
  int32_t stride;
  int32_t count;  // vectors of a row

  SF_INLINE int vectors() const { return count; }
  SF_INLINE Vector get(int row, int v) const { return load(at + (ptrdiff_t)row * stride + v * SF_LANES); }
  SF_INLINE void set(int row, int v, Vector x) const { store(at + (ptrdiff_t)row * stride + v * SF_LANES, x); }
  SF_INLINE TileRows from(int row) const { return TileRows{at + (ptrdiff_t)row * stride, stride, count}; }
};

SF_NAMESPACE_END
