// What host and device compilers call differently. Headers in this folder use no CUDA built-ins, so that
// g++ compiles them for the CPU engine and for tests.
//
// Formulas are templates over a lane type F: `float` on a GPU and in scalar code, a vector of floats in the
// CPU engine (native/cpu/simd.h, which is included before the formulas and overloads what is below).
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__CUDACC__)
#define SF_INLINE __host__ __device__ __forceinline__
// For long code that is rarely run, so that it costs a kernel that calls it no registers.
#define SF_CALL __host__ __device__ __noinline__
#else
#define SF_INLINE inline __attribute__((always_inline))
#define SF_CALL inline
#endif

// The CPU engine compiles everything once per instruction set. Each copy has a namespace of its own, or
// the linker would take one set's code for another's.
#if !defined(SF_TARGET)
#define SF_TARGET common
#endif
#define SF_NAMESPACE_BEGIN namespace scorefield { inline namespace SF_TARGET {
#define SF_NAMESPACE_END } }

SF_NAMESPACE_BEGIN

// Word is the unsigned 32-bit integer of a lane type, Mask what its comparisons give.
template <class F>
struct Lanes;
template <>
struct Lanes<float> {
  using Word = uint32_t;
  using Mask = bool;
};
template <class F>
using WordOf = typename Lanes<F>::Word;
template <class F>
using MaskOf = typename Lanes<F>::Mask;

// One correctly rounded a * b + c. Written out wherever it is meant: a compiler may not make one of its
// own (-ffp-contract=off) or the bits of the normals would depend on it.
SF_INLINE float fused(float a, float b, float c) { return fmaf(a, b, c); }

// a * b + c where one rounding or two are equally good. (Vectors of a machine without the instruction use two.)
SF_INLINE float multiply_add(float a, float b, float c) { return fmaf(a, b, c); }

SF_INLINE float square_root(float x) { return sqrtf(x); }

// a / b as it is rounded, from a number within a unit in the last place of 1 / b; where no step comes near the largest or the
// least numbers. (A device's own inverse of 2 - 2^-23 and its like is 1 / b rounded; the other neighbour would not do.)
SF_INLINE float refined_quotient(float a, float b, float inverse) {
  inverse = fused(fused(-b, inverse, 1.0f), inverse, inverse);
  float q = a * inverse;
  return fused(fused(-b, q, a), inverse, q);
}

// a / b for the operands that activations have (native/cpu/test/driver.cpp goes through them). A device's own division asks
// first whether a step could come near the largest or the least numbers, and has a long way for that, which keeps neighbouring
// divisions from being done together.
template <class F>
SF_INLINE F tame_quotient(F a, F b) {
  return a / b;
}
#if defined(__CUDA_ARCH__)
SF_INLINE float tame_quotient(float a, float b) {
  float inverse;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(inverse) : "f"(b));
  return refined_quotient(a, b, inverse);
}
#endif

SF_INLINE uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

SF_INLINE float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Conversions to the nearest float.
SF_INLINE float unsigned_to_float(uint32_t x) { return (float)x; }
SF_INLINE float signed_to_float(uint32_t x) { return (float)(int32_t)x; }

// Arithmetic shift right of words taken as signed numbers.
SF_INLINE uint32_t shift_signed(uint32_t x, int by) { return (uint32_t)((int32_t)x >> by); }

// The same number in every lane. (Minus zero: that is exact for -0 too, so compilers drop it.)
template <class F>
SF_INLINE F all(float x) {
  return x - F{};
}

SF_INLINE float select(bool which, float a, float b) { return which ? a : b; }
// x within a bound; a NaN stays one.
SF_INLINE float at_most(float x, float bound) { return x > bound ? bound : x; }
SF_INLINE float at_least(float x, float bound) { return x < bound ? bound : x; }

SF_INLINE bool any(bool mask) { return mask; }
SF_INLINE bool inverse(bool mask) { return !mask; }

// The halves of a 64-bit product.
SF_INLINE void wide_product(uint32_t a, uint32_t b, uint32_t& high, uint32_t& low) {
  uint64_t product = (uint64_t)a * b;
  high = (uint32_t)(product >> 32);
  low = (uint32_t)product;
}

// Lane by lane, for paths that are rarely taken.
template <class Function>
SF_INLINE float each_lane(float x, Function function) {
  return function(x);
}

SF_NAMESPACE_END
