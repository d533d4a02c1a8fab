// Standard normals that are the same to the bit everywhere: Box and Muller's transform from correctly
// rounded operations only. docs/formats.md has the recipe, io.scorefield.rng.Normals is the twin in Java.
// Compile with -ffp-contract=off (g++) or --fmad=false (nvcc).
#pragma once
#include "logarithm.cuh"
#include "philox.cuh"

SF_NAMESPACE_BEGIN

template <class F>
struct NormalsOf {
  F z[4];
};
using Normals = NormalsOf<float>;

// ln((r + 1/2) / 2^32).
template <class F>
SF_INLINE F uniform_logarithm(WordOf<F> r) {
  // From 2^32/sqrt 2 on, u is closer to 1 than to 1/2, and ln u needs 1 - u.
  F u = fused(unsigned_to_float(r), all<F>(0x1.0p-32f), all<F>(0x1.0p-33f));
  F near_one = -fused(unsigned_to_float(~r), all<F>(0x1.0p-32f), all<F>(0x1.0p-33f));
  F exponent;
  F f = split(u, exponent);
  auto close = r >= 3037000499u;
  return logarithm_of_split(select(close, near_one, f), select(close, F{}, exponent));
}

// The square root of numbers that are neither zero, subnormal, infinite nor NaN. What a GPU does for those: a rough root and
// one correction, after which it is correctly rounded.
template <class F>
SF_INLINE F square_root_of_normal(F x) {
  return square_root(x);
}
#if defined(__CUDA_ARCH__)
template <>
SF_INLINE float square_root_of_normal(float x) {
  float inverse;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(inverse) : "f"(x));
  float root = x * inverse;
  return fmaf(fmaf(-root, root, x), 0.5f * inverse, root);
}
#endif

// Two words to two normals.
template <class F>
SF_INLINE void box_muller(WordOf<F> r0, WordOf<F> r1, F& z0, F& z1) {
  F radius = square_root_of_normal(-2.0f * uniform_logarithm<F>(r0));
  // Nearest quadrant of the angle 2 pi r1 / 2^32, and what is left of it in turns.
  WordOf<F> quadrant = (r1 + 0x20000000u) >> 30;
  F t = signed_to_float(r1 - (quadrant << 30)) * 0x1.0p-32f;
  F t2 = t * t;
  F s = fused(t2, all<F>(-75.4533920288086f), all<F>(81.59393310546875f));
  s = fused(t2, s, all<F>(-41.3416748046875f));
  s = fused(t2, s, all<F>(-1.7484555314695172e-07f));
  s = fused(t, all<F>(6.2831854820251465f), t * s);
  F c = fused(t2, all<F>(59.2459602355957f), all<F>(-85.44374084472656f));
  c = fused(t2, c, all<F>(64.93932342529297f));
  c = fused(t2, c, all<F>(-19.739208221435547f));
  c = fused(t2, c, all<F>(1.0f));
  auto odd = (quadrant & 1u) != 0u;
  F cosine = select(odd, s, c);
  F sine = select(odd, c, s);
  // The cosine is negative in quadrants 1 and 2, the sine in 2 and 3.
  WordOf<F> negative = (quadrant ^ (quadrant >> 1)) << 31;
  cosine = float_of(bits_of(cosine) ^ negative);
  sine = float_of(bits_of(sine) ^ ((quadrant >> 1) << 31));
  z0 = radius * cosine;
  z1 = radius * sine;
}

// Four words to the four normals of a block.
template <class F>
SF_INLINE NormalsOf<F> normals(const WordsOf<WordOf<F>>& words) {
  NormalsOf<F> normals;
  box_muller<F>(words.r[0], words.r[1], normals.z[0], normals.z[1]);
  box_muller<F>(words.r[2], words.r[3], normals.z[2], normals.z[3]);
  return normals;
}

SF_INLINE Normals normals(uint64_t seed, uint64_t sample, uint32_t block, uint32_t stream) {
  return normals<float>(philox(seed, sample, block, stream));
}

SF_NAMESPACE_END
