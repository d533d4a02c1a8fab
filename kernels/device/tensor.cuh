// Tensor cores: products of 16 x 16 by 16 x 8 tiles with half precision operands and float32 sums (PTX mma.sync),
// and activations made of the fast approximations of a GPU.
//
// How a tile lies in a warp, with row = lane / 4 and column = 2 (lane % 4):
//   A, 16 samples x 16 k   a[0] (row; k = column, column + 1)  a[1] (row + 8)  a[2] (row; k + 8)  a[3] (row + 8; k + 8)
//   B, 16 k x 8 outputs    b[0] (k = column, column + 1; output = lane / 4)  b[1] (k + 8)
//   sums, 16 x 8           c[0], c[1] (row; column, column + 1)  c[2], c[3] (row + 8)
// So the sums of two neighbouring tiles, rounded, are the A of the next layer: layers chain in registers.
#pragma once
#include "activation.cuh"
#include "group.cuh"

SF_NAMESPACE_BEGIN

struct Halves {
  unsigned high;  // of the rounded numbers
  unsigned low;   // of what rounding took away
};

SF_DEVICE unsigned pack_halves(float first, float second) {
#if defined(__CUDA_ARCH__)
  unsigned packed;
#if __CUDA_ARCH__ >= 800
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(second), "f"(first));
#else
  asm("{ .reg .f16 x, y; cvt.rn.f16.f32 x, %1; cvt.rn.f16.f32 y, %2; mov.b32 %0, {x, y}; }"
      : "=r"(packed)
      : "f"(first), "f"(second));
#endif
  return packed;
#else
  _Float16 halves[2] = {(_Float16)first, (_Float16)second};
  unsigned packed;
  memcpy(&packed, halves, sizeof packed);
  return packed;
#endif
}

SF_DEVICE void unpack_halves(unsigned packed, float& first, float& second) {
#if defined(__CUDA_ARCH__)
  asm("{ .reg .f16 x, y; mov.b32 {x, y}, %2; cvt.f32.f16 %0, x; cvt.f32.f16 %1, y; }"
      : "=f"(first), "=f"(second)
      : "r"(packed));
#else
  _Float16 halves[2];
  memcpy(halves, &packed, sizeof packed);
  first = halves[0];
  second = halves[1];
#endif
}

// Rounds two numbers, and what is left of them where SPLIT.
template <bool SPLIT>
SF_DEVICE Halves split_halves(float first, float second) {
  Halves halves{pack_halves(first, second), 0};
  if (SPLIT) {
    float high_first;
    float high_second;
    unpack_halves(halves.high, high_first, high_second);
    halves.low = pack_halves(first - high_first, second - high_second);
  }
  return halves;
}

// d = c + A B.
SF_DEVICE void multiply_tile(float (&d)[4], const unsigned (&a)[4], uint2 b, const float (&c)[4]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%10,%11,%12,%13};"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b.x), "r"(b.y), "f"(c[0]), "f"(c[1]), "f"(c[2]), "f"(c[3]));
#elif defined(__CUDA_ARCH__)
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%7,%8,%9,%10};"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(b.x), "f"(c[0]), "f"(c[1]), "f"(c[2]), "f"(c[3]));
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[2]), "r"(a[3]), "r"(b.y));
#else
  unsigned words[2] = {b.x, b.y};
  float sum[4] = {c[0], c[1], c[2], c[3]};
  cuda_on_cpu::multiply_tile<2>(sum, a, words);
  memcpy(d, sum, sizeof sum);
#endif
}

// c += A B.
SF_DEVICE void multiply_tile(float (&c)[4], const unsigned (&a)[4], uint2 b) { multiply_tile(c, a, b, c); }

// A of a tile of 16 rows of halves in shared memory, `pitch` words from one to the next, which begin at 16 bytes each.
SF_DEVICE void load_tile(const unsigned* tile, int pitch, unsigned (&a)[4]) {
  const int lane = (int)threadIdx.x % 32;
#if defined(__CUDA_ARCH__)
  const unsigned* row = tile + lane % 16 * pitch + lane / 16 * 4;
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(a[0]), "=r"(a[1]), "=r"(a[2]), "=r"(a[3])
               : "r"((unsigned)__cvta_generic_to_shared(row))
               : "memory");
#else
  const unsigned* at = tile + lane / 4 * pitch + lane % 4;
  a[0] = at[0];
  a[1] = at[8 * pitch];
  a[2] = at[4];
  a[3] = at[8 * pitch + 4];
#endif
}

// c += A B of operands that are two halves each. Tensor cores cut their sums off instead of rounding them, always towards
// zero: so the products of a tile start from zero, where that costs least, and are added as float32.
SF_DEVICE void multiply_split_tile(
    float (&c)[4], const unsigned (&a)[4], const unsigned (&a_low)[4], uint2 b, uint2 b_low) {
  float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  multiply_tile(sum, a_low, b);
  multiply_tile(sum, a, b_low);
  multiply_tile(sum, a, b);
#pragma unroll
  for (int i = 0; i < 4; i++) {
    c[i] += sum[i];
  }
}

// 2^x, 1/x and log2 x, to about 2 units in the last place (log2: to 2^-22).
SF_DEVICE float fast_exp2(float x) {
#if defined(__CUDA_ARCH__)
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return exp2f(x);
#endif
}
SF_DEVICE float fast_reciprocal(float x) {
#if defined(__CUDA_ARCH__)
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return 1.0f / x;
#endif
}
SF_DEVICE float fast_log2(float x) {
#if defined(__CUDA_ARCH__)
  float y;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return log2f(x);
#endif
}
// To about 2^-16, guaranteed to 2^-11: good enough beside operands of half precision, and a single instruction.
SF_DEVICE float fast_tanh(float x) {
#if defined(__CUDA_ARCH__)
  float y;
  asm("tanh.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return tanhf(x);
#endif
}

constexpr float LOG2_E = 1.4426950408889634f;
constexpr float LN_2 = 0.6931471805599453f;

SF_DEVICE float fast_logistic(float x) { return fast_reciprocal(1.0f + fast_exp2(-LOG2_E * x)); }

// As activate() of activation.cuh. ROUGH: with errors of half precision, else absolute ones of about 1e-7.
template <Activation KIND, bool ROUGH>
SF_DEVICE float fast_activate(float x) {
  if constexpr (KIND == Activation::TANH) {
    return ROUGH ? fast_tanh(x) : fused(-2.0f, fast_reciprocal(1.0f + fast_exp2(2.0f * LOG2_E * x)), 1.0f);
  } else if constexpr (KIND == Activation::SILU) {
    if constexpr (ROUGH) {
      float half = 0.5f * x;
      return fused(half, fast_tanh(half), half);
    }
    return x * fast_logistic(x);
  } else if constexpr (KIND == Activation::SOFTPLUS) {
    float rest = LN_2 * fast_log2(1.0f + fast_exp2(-LOG2_E * fabsf(x)));
    return fmaxf(x, 0.0f) + rest;
  } else {
    float derivative;
    return activate<KIND>(x, derivative);
  }
}

// The derivative from the activation y; for SiLU, which has no inverse, from its argument. So a forward pass keeps what
// it has in registers anyhow.
template <Activation KIND>
SF_DEVICE float fast_derivative(float kept) {
  if constexpr (KIND == Activation::TANH) {
    return fused(-kept, kept, 1.0f);
  } else if constexpr (KIND == Activation::SILU) {
    float s = fast_logistic(kept);
    return s * fused(kept, 1.0f - s, 1.0f);
  } else if constexpr (KIND == Activation::SOFTPLUS) {
    return 1.0f - fast_exp2(-LOG2_E * kept);
  } else {
    float derivative;
    activate<KIND>(kept, derivative);
    return derivative;
  }
}

// Calls body(c[m][n]) with every tile.
template <int MT, int NT, class Body>
SF_DEVICE void each_tile(float (&c)[MT][NT][4], Body body) {
#pragma unroll
  for (int m = 0; m < MT; m++) {
#pragma unroll
    for (int n = 0; n < NT; n++) {
      body(c[m][n], (m * NT + n) * 32);
    }
  }
}

template <int MT, int NT>
SF_DEVICE void keep_tiles(float (&c)[MT][NT][4], float4* kept) {
  each_tile(c, [&](float(&tile)[4], int at) { kept[at] = make_float4(tile[0], tile[1], tile[2], tile[3]); });
}

template <Activation KIND, bool ROUGH, int MT, int NT>
SF_DEVICE void activate_tiles(float (&c)[MT][NT][4]) {
  each_tile(c, [&](float(&tile)[4], int) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      tile[i] = fast_activate<KIND, ROUGH>(tile[i]);
    }
  });
}

// The sums times `scale` become activations, in place; where `kept` is not null, derivatives can be had from there.
template <bool ROUGH, int MT, int NT>
SF_DEVICE void activate_tiles(Activation kind, float (&c)[MT][NT][4], float scale, float4* kept) {
  each_tile(c, [&](float(&tile)[4], int) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      tile[i] *= scale;
    }
  });
  if (kept != nullptr && kind == Activation::SILU) {
    keep_tiles(c, kept);
  }
  switch (kind) {
    case Activation::TANH: activate_tiles<Activation::TANH, ROUGH>(c); break;
    case Activation::LEAKY_RELU: activate_tiles<Activation::LEAKY_RELU, ROUGH>(c); break;
    case Activation::RELU: activate_tiles<Activation::RELU, ROUGH>(c); break;
    case Activation::SILU: activate_tiles<Activation::SILU, ROUGH>(c); break;
    case Activation::SOFTPLUS: activate_tiles<Activation::SOFTPLUS, ROUGH>(c); break;
  }
  if (kept != nullptr && kind != Activation::SILU) {
    keep_tiles(c, kept);
  }
}

// Gradients times `scale` and the derivatives.
template <Activation KIND, int MT, int NT>
SF_DEVICE void apply_derivatives(float (&c)[MT][NT][4], float scale, const float4* kept) {
  each_tile(c, [&](float(&tile)[4], int at) {
    if (at % (2 * 32) == 0) {
      __syncwarp();  // or all of the loads would be started first, more than there are registers for
    }
    float4 y = kept[at];
    tile[0] *= scale * fast_derivative<KIND>(y.x);
    tile[1] *= scale * fast_derivative<KIND>(y.y);
    tile[2] *= scale * fast_derivative<KIND>(y.z);
    tile[3] *= scale * fast_derivative<KIND>(y.w);
  });
}

template <int MT, int NT>
SF_DEVICE void apply_derivatives(Activation kind, float (&c)[MT][NT][4], float scale, const float4* kept) {
  switch (kind) {
    case Activation::TANH: apply_derivatives<Activation::TANH>(c, scale, kept); break;
    case Activation::LEAKY_RELU: apply_derivatives<Activation::LEAKY_RELU>(c, scale, kept); break;
    case Activation::RELU: apply_derivatives<Activation::RELU>(c, scale, kept); break;
    case Activation::SILU: apply_derivatives<Activation::SILU>(c, scale, kept); break;
    case Activation::SOFTPLUS: apply_derivatives<Activation::SOFTPLUS>(c, scale, kept); break;
  }
}

// c[m][n] = start at the columns of the tiles: a bias, or zero. `columns` points at the warp's first one.
template <int MT, int NT>
SF_DEVICE void start_tiles(float (&c)[MT][NT][4], const float* columns, float scale) {
#pragma unroll
  for (int n = 0; n < NT; n++) {
    float2 start{0.0f, 0.0f};
    if (columns != nullptr) {
      start = *(const float2*)(columns + 8 * n);
    }
#pragma unroll
    for (int m = 0; m < MT; m++) {
      c[m][n][0] = c[m][n][2] = scale * start.x;
      c[m][n][1] = c[m][n][3] = scale * start.y;
    }
  }
}

// x = component d of the two samples of each tile that the lane's rows stand for.
template <int MT>
SF_DEVICE void gather_samples(Rows from, int d, int row, float (&x)[MT][2]) {
#pragma unroll
  for (int m = 0; m < MT; m++) {
    x[m][0] = from(d, 16 * m + row);
    x[m][1] = from(d, 16 * m + row + 8);
  }
}

// c += w x^T for the narrow side of a network: w [width], x one number a sample.
template <int MT, int NT>
SF_DEVICE void add_outer(float (&c)[MT][NT][4], const float* columns, const float (&x)[MT][2]) {
#pragma unroll
  for (int n = 0; n < NT; n++) {
    float2 w = *(const float2*)(columns + 8 * n);
#pragma unroll
    for (int m = 0; m < MT; m++) {
      c[m][n][0] = fused(w.x, x[m][0], c[m][n][0]);
      c[m][n][1] = fused(w.y, x[m][0], c[m][n][1]);
      c[m][n][2] = fused(w.x, x[m][1], c[m][n][2]);
      c[m][n][3] = fused(w.y, x[m][1], c[m][n][3]);
    }
  }
}

// Sum of w c over the warp's columns for the two samples of each tile; all four lanes of a row get it.
template <int MT, int NT>
SF_DEVICE void inner_products(const float (&c)[MT][NT][4], const float* columns, float (&sum)[MT][2]) {
#pragma unroll
  for (int m = 0; m < MT; m++) {
    sum[m][0] = sum[m][1] = 0.0f;
  }
#pragma unroll
  for (int n = 0; n < NT; n++) {
    float2 w = *(const float2*)(columns + 8 * n);
#pragma unroll
    for (int m = 0; m < MT; m++) {
      sum[m][0] = fused(w.y, c[m][n][1], fused(w.x, c[m][n][0], sum[m][0]));
      sum[m][1] = fused(w.y, c[m][n][3], fused(w.x, c[m][n][2], sum[m][1]));
    }
  }
#pragma unroll
  for (int m = 0; m < MT; m++) {
#pragma unroll
    for (int i = 0; i < 2; i++) {
      sum[m][i] += __shfl_xor_sync(~0u, sum[m][i], 1);
      sum[m][i] += __shfl_xor_sync(~0u, sum[m][i], 2);
    }
  }
}

// A power of two that brings the largest of a sample's gradients near 1, so that half precision holds it; and its
// inverse. Gradients go through the network linearly.
SF_DEVICE float gradient_scale(Rows gradient, int dimension, int sample, float& inverse) {
  float largest = 0.0f;
  for (int d = 0; d < dimension; d++) {
    largest = fmaxf(largest, fabsf(gradient(d, sample)));
  }
  uint32_t exponent = bits_of(largest) >> 23;
  if (exponent < 1 || exponent > 253) {
    inverse = 1.0f;
    return 1.0f;
  }
  inverse = float_of(exponent << 23);
  return float_of((254u - exponent) << 23);
}

SF_NAMESPACE_END
