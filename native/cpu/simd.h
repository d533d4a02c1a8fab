// The lane type of the CPU engine: a vector of floats as wide as the instruction set this file is compiled
// for, with the operations that kernels/include/portable.cuh defines for one float. Included before the
// formulas, so that they find these overloads.
#pragma once
#include "portable.cuh"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define SF_LANES 16
#elif defined(__AVX2__)
#define SF_LANES 8
#else
#define SF_LANES 4
#endif

SF_NAMESPACE_BEGIN

typedef float Vector __attribute__((vector_size(4 * SF_LANES)));
typedef uint32_t VectorWord __attribute__((vector_size(4 * SF_LANES)));
typedef int32_t VectorInt __attribute__((vector_size(4 * SF_LANES)));
typedef float UnalignedVector __attribute__((vector_size(4 * SF_LANES), aligned(4), may_alias));

template <>
struct Lanes<Vector> {
  using Word = VectorWord;
  using Mask = VectorInt;
};

SF_INLINE Vector load(const float* from) { return *(const UnalignedVector*)from; }
SF_INLINE void store(float* to, Vector x) { *(UnalignedVector*)to = x; }

SF_INLINE Vector fused(Vector a, Vector b, Vector c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__AVX2__)
  return _mm256_fmadd_ps(a, b, c);
#else
  Vector r;
  for (int i = 0; i < SF_LANES; i++) {
    r[i] = fmaf(a[i], b[i], c[i]);
  }
  return r;
#endif
}

SF_INLINE Vector multiply_add(Vector a, Vector b, Vector c) {
#if defined(__AVX2__) || defined(__FP_FAST_FMAF)
  return fused(a, b, c);
#else
  return a * b + c;
#endif
}

SF_INLINE Vector square_root(Vector x) {
#if defined(__AVX512F__)
  return _mm512_sqrt_ps(x);
#elif defined(__AVX2__)
  return _mm256_sqrt_ps(x);
#elif defined(__SSE2__)
  return _mm_sqrt_ps(x);
#else
  Vector r = {};
  for (int i = 0; i < SF_LANES; i++) {
    r[i] = sqrtf(x[i]);
  }
  return r;
#endif
}

SF_INLINE VectorWord bits_of(Vector x) { return (VectorWord)x; }
SF_INLINE Vector float_of(VectorWord x) { return (Vector)x; }
SF_INLINE Vector signed_to_float(VectorWord x) { return __builtin_convertvector((VectorInt)x, Vector); }

SF_INLINE Vector unsigned_to_float(VectorWord x) {
#if defined(__AVX512F__)
  return _mm512_cvtepu32_ps((__m512i)x);
#else
  // Both halves are exact, so the sum is rounded once.
  return signed_to_float(x >> 16) * 65536.0f + signed_to_float(x & 0xFFFFu);
#endif
}

SF_INLINE VectorWord shift_signed(VectorWord x, int by) { return (VectorWord)((VectorInt)x >> by); }

SF_INLINE Vector select(VectorInt which, Vector a, Vector b) { return which ? a : b; }

SF_INLINE VectorInt inverse(VectorInt mask) { return ~mask; }
// One instruction each: where an operand is a NaN they give the second.
SF_INLINE Vector at_most(Vector x, float bound) {
  Vector most = all<Vector>(bound);
#if defined(__AVX512F__)
  return _mm512_min_ps(most, x);
#elif defined(__AVX2__)
  return _mm256_min_ps(most, x);
#elif defined(__SSE2__)
  return _mm_min_ps(most, x);
#else
  return select(x > most, most, x);
#endif
}

SF_INLINE Vector at_least(Vector x, float bound) {
  Vector least = all<Vector>(bound);
#if defined(__AVX512F__)
  return _mm512_max_ps(least, x);
#elif defined(__AVX2__)
  return _mm256_max_ps(least, x);
#elif defined(__SSE2__)
  return _mm_max_ps(least, x);
#else
  return select(x < least, least, x);
#endif
}

SF_INLINE bool any(VectorInt mask) {
#if defined(__AVX512F__)
  return _mm512_movepi32_mask((__m512i)mask) != 0;
#elif defined(__AVX2__)
  return _mm256_movemask_ps((__m256)mask) != 0;
#elif defined(__SSE2__)
  return _mm_movemask_ps((__m128)mask) != 0;
#else
  int32_t joined = 0;
  for (int i = 0; i < SF_LANES; i++) {
    joined |= mask[i];
  }
  return joined != 0;
#endif
}

SF_INLINE void wide_product(VectorWord a, uint32_t b, VectorWord& high, VectorWord& low) {
#if defined(__AVX512F__)
  __m512i factor = _mm512_set1_epi64(b);
  __m512i even = _mm512_mul_epu32((__m512i)a, factor);
  __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64((__m512i)a, 32), factor);
  low = (VectorWord)_mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32));
  high = (VectorWord)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 32), odd);
#elif defined(__AVX2__)
  __m256i factor = _mm256_set1_epi64x(b);
  __m256i even = _mm256_mul_epu32((__m256i)a, factor);
  __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64((__m256i)a, 32), factor);
  low = (VectorWord)_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
  high = (VectorWord)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
#else
  for (int i = 0; i < SF_LANES; i++) {
    uint64_t product = (uint64_t)a[i] * b;
    high[i] = (uint32_t)(product >> 32);
    low[i] = (uint32_t)product;
  }
#endif
}

template <class Function>
SF_INLINE Vector each_lane(Vector x, Function function) {
  Vector r;
  for (int i = 0; i < SF_LANES; i++) {
    r[i] = function(x[i]);
  }
  return r;
}

// from[index] in every lane; indices are below 2^31.
SF_INLINE Vector gather(const float* from, VectorWord index) {
#if defined(__AVX512F__)
  return _mm512_i32gather_ps((__m512i)index, from, 4);
#elif defined(__AVX2__)
  return _mm256_i32gather_ps(from, (__m256i)index, 4);
#else
  Vector r;
  for (int i = 0; i < SF_LANES; i++) {
    r[i] = from[index[i]];
  }
  return r;
#endif
}

// In lane i the lane from[i] of a, or of b behind it.
SF_INLINE Vector shuffled(Vector a, Vector b, VectorInt from) {
#if defined(__clang__)
  // Its own shuffle wants numbers that are written out. These are constants too, and become one.
  Vector r = {};
  for (int i = 0; i < SF_LANES; i++) {
    r[i] = from[i] < SF_LANES ? a[from[i]] : b[from[i] - SF_LANES];
  }
  return r;
#else
  return __builtin_shuffle(a, b, from);
#endif
}

// 0, 1, 2, ... in the lanes.
SF_INLINE VectorWord lane_numbers() {
  VectorWord numbers;
  for (uint32_t i = 0; i < SF_LANES; i++) {
    numbers[i] = i;
  }
  return numbers;
}

SF_NAMESPACE_END
