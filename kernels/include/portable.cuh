// What host and device compilers call differently. Headers in this folder use no CUDA built-ins, so that
// g++ compiles them for the CPU engine and for tests.
#pragma once
#include <cstdint>
#include <cstring>
#include <cmath>

#if defined(__CUDACC__)
#define SF_INLINE __host__ __device__ __forceinline__
#else
#define SF_INLINE inline
#endif

namespace scorefield {

// One correctly rounded a * b + c. Written out wherever it is meant: a compiler may not make one of its
// own (-ffp-contract=off) or the bits of the normals would depend on it.
SF_INLINE float fused(float a, float b, float c) { return fmaf(a, b, c); }

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

}  // namespace scorefield
